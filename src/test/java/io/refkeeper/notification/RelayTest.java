package io.refkeeper.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.database.ControlSchema;
import io.refkeeper.notification.Event.FileRejected;
import io.refkeeper.runtime.RouteContext;
import io.refkeeper.testing.TestPostgres;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The relay route against a real mail server, a real HTTP server and a real database. */
class RelayTest {

  private static final Event REFUSED =
      new FileRejected("25年10月.xlsx", Samples.DELIVERY, List.of(), "rejected/25年10月.xlsx");

  @TempDir static Path routes;
  private static HikariDataSource database;

  private final Map<String, String> properties = new HashMap<>();
  private GreenMail mail;
  private WebhookServer webhook;

  @BeforeAll
  static void start() throws Exception {
    database = TestPostgres.newDatabase();
    ControlSchema.migrate(database);
    Files.copy(
        Path.of("routes", "notification.camel.yaml"), routes.resolve("notification.camel.yaml"));
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void startServers() throws Exception {
    JdbcClient.create(database).sql("delete from refkeeper.outbox").update();
    webhook = new WebhookServer();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    mail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    properties.put("refkeeper.schedules.autostart", "false");
    properties.put("refkeeper.smtp.host", "127.0.0.1");
    properties.put("refkeeper.smtp.port", String.valueOf(port));
    properties.put("refkeeper.smtp.from", "refkeeper <refkeeper@example.com>");
    properties.put("refkeeper.notification.period", "50");
    properties.put("refkeeper.notification.backoff", "PT0S");
  }

  @AfterEach
  void stopServers() {
    mail.stop();
    webhook.close();
  }

  @Test
  void aMailServerThatIsDownStopsNoLoadAndTheMessageGoesOutOnceWhenItIsBack() throws Exception {
    Channel channel = byMail("steward@example.com", "second@example.com");
    properties.put("refkeeper.notification.backoff", "PT1H");
    new TransactionTemplate(new JdbcTransactionManager(database))
        .executeWithoutResult(status -> publish(channel, Samples.newPlans("25年10月.xlsx")));
    try (RouteContext context = context(channel)) {
      relay(context);
      Map<String, Object> row = row();
      assertThat(row).containsEntry("state", "pending").containsEntry("attempts", 1);
      assertThat(row)
          .containsEntry(
              "last_error",
              "mail server 127.0.0.1:%s: Connection refused"
                  .formatted(properties.get("refkeeper.smtp.port")));

      mail.start();
      relay(context);
      assertThat(mail.getReceivedMessages()).as("not due before its back-off is over").isEmpty();
      makeDue();
      relay(context);
      makeDue();
      relay(context);
    }
    assertThat(mail.getReceivedMessages()).as("one for each of two addresses").hasSize(2);
    MimeMessage received = mail.getReceivedMessages()[0];
    Map<String, Object> row = row();
    assertThat(row).containsEntry("state", "sent").containsEntry("attempts", 2);
    assertThat(row.get("last_error")).isNull();
    assertThat(received.getMessageID()).isEqualTo("<" + row.get("message_id") + "@refkeeper>");
    assertThat(received.getSubject())
        .isEqualTo("refkeeper: 38 new rows in 2 tables from 25年10月.xlsx");
    assertThat(((String) received.getContent()).replace("\r\n", "\n").strip())
        .isEqualTo(((String) row.get("body")).strip());
    assertThat(received.getContentType()).isEqualTo("text/plain; charset=UTF-8");
    assertThat(received.getHeader("From", ",")).isEqualTo("refkeeper <refkeeper@example.com>");
    assertThat(received.getHeader("To", ",").replaceAll("\\s+", " "))
        .isEqualTo("steward@example.com, second@example.com");
  }

  @Test
  void twoRelaysSendEachMessageOnce() throws Exception {
    mail.start();
    Channel channel = byMail("steward@example.com");
    for (int i = 0; i < 40; i++) {
      publish(channel, REFUSED);
    }
    try (RouteContext one = context(channel);
        RouteContext two = context(channel)) {
      CompletableFuture.allOf(
              CompletableFuture.runAsync(() -> relay(one)),
              CompletableFuture.runAsync(() -> relay(two)))
          .join();
    }
    assertThat(mail.getReceivedMessages()).hasSize(40);
    assertThat(mail.getReceivedMessages())
        .extracting(message -> message.getMessageID())
        .doesNotHaveDuplicates();
  }

  @Test
  void aRelayThatDiesBeforeItMarksTheMessageRepeatsItWithTheSameMessageId() throws Exception {
    mail.start();
    Channel channel = byMail("steward@example.com");
    publish(channel, REFUSED);
    properties.put("refkeeper.notification.lease", "PT1H");
    Relay dying = (Relay) beans(channel).get("notificationRelay");
    List<OutboxMessage> claimed = dying.claim();
    assertThat(claimed).hasSize(1);
    assertThat(dying.claim()).as("leased").isEmpty();
    MimeMessage sent =
        new MailComposer(policy(channel).channels(), "a@b.example").compose(claimed.get(0));
    String first = sent.getMessageID();

    makeDue();
    try (RouteContext context = context(channel)) {
      relay(context);
    }
    assertThat(mail.getReceivedMessages()).hasSize(1);
    assertThat(mail.getReceivedMessages()[0].getMessageID()).isEqualTo(first);
    assertThat(row()).containsEntry("attempts", 2);
  }

  @Test
  void slackGetsTheMessageAgainAfterAnErrorAndItsUrlStaysSecret() throws Exception {
    Channel channel =
        new Channel("alerts", List.of(), webhook.url("/services/T0/s3cret?key=k3y"), null);
    publish(channel, REFUSED);
    webhook.answer(500, "/services/T0/s3cret?key=k3y is broken", Map.of());
    properties.put("refkeeper.notification.backoff", "PT1H");
    try (RouteContext context = context(channel)) {
      relay(context);
      assertThat(row())
          .containsEntry("state", "pending")
          .containsEntry("last_error", "HTTP 500: (path)?(query) is broken");
      makeDue();
      relay(context);
    }
    assertThat(row()).containsEntry("state", "sent");
    assertThat(webhook.requests()).hasSize(2);
    WebhookServer.Request request = webhook.requests().get(1);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.uri()).isEqualTo("/services/T0/s3cret?key=k3y");
    assertThat(request.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
    assertThat(request.header("Idempotency-Key")).isEqualTo(row().get("message_id").toString());
    assertThat(request.body())
        .startsWith("{\"text\": \"*refkeeper: refused 25年10月.xlsx, nothing loaded*");
  }

  @Test
  void retryAfterOfAReceiverIsHonoured() throws Exception {
    Channel channel = new Channel("alerts", List.of(), null, webhook.url("/hook"));
    publish(channel, REFUSED);
    webhook.answer(429, "slow down", Map.of("Retry-After", "1800"));
    try (RouteContext context = context(channel)) {
      relay(context);
    }
    assertThat(row()).containsEntry("last_error", "HTTP 429: slow down");
    assertThat((Double) row().get("wait")).isBetween(1790.0, 1800.0);
    assertThat(webhook.requests()).hasSize(1);
    assertThat(webhook.requests().get(0).body()).contains("\"event\": \"file_rejected\"");
  }

  @Test
  void aMessageThatFailsForTooLongIsDeadAndVisible() throws Exception {
    Channel channel = new Channel("alerts", List.of(), null, webhook.url("/hook"));
    publish(channel, REFUSED);
    webhook.answer(404, "", Map.of());
    properties.put("refkeeper.notification.give-up-after", "PT0S");
    try (RouteContext context = context(channel)) {
      relay(context);
      relay(context);
    }
    assertThat(row()).containsEntry("state", "dead").containsEntry("last_error", "HTTP 404");
    assertThat(webhook.requests()).hasSize(1);
  }

  @Test
  void headersOfAnExchangeChangeNeitherMailNorRequest() throws Exception {
    mail.start();
    Channel channel =
        new Channel("alerts", List.of("steward@example.com"), null, webhook.url("/hook"));
    publish(
        channel,
        new FileRejected(
            "a.csv\r\nBcc: thief@example.com", Samples.DELIVERY, List.of(), "rejected/a.csv"));
    Map<String, Object> hostile =
        Map.of(
            "mail.smtp.host", "thief.example",
            "Bcc", "thief@example.com",
            "To", "thief@example.com",
            "Subject", "stolen",
            "contentType", "text/html",
            "CamelHttpUri", webhook.url("/stolen"),
            "CamelHttpPath", "stolen",
            "CamelHttpMethod", "DELETE");
    try (RouteContext context = context(channel)) {
      context.producer().requestBodyAndHeaders("direct:notification-relay", null, hostile);
    }
    assertThat(mail.getReceivedMessages()).hasSize(1);
    MimeMessage received = mail.getReceivedMessages()[0];
    assertThat(received.getHeader("Bcc")).isNull();
    assertThat(received.getHeader("To", ",")).isEqualTo("steward@example.com");
    assertThat(received.getSubject())
        .isEqualTo("refkeeper: refused a.csv  Bcc: thief@example.com, nothing loaded");
    assertThat(webhook.requests())
        .extracting(request -> request.method() + " " + request.uri())
        .containsExactly("POST /hook");
  }

  @Test
  void aMailServerThatNeverAnswersTimesOutAndHoldsUpNobody() throws Exception {
    Channel channel =
        new Channel("alerts", List.of("steward@example.com"), webhook.url("/slack"), null);
    publish(channel, REFUSED);
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      properties.put("refkeeper.smtp.port", String.valueOf(silent.getLocalPort()));
      properties.put("refkeeper.smtp.timeout", "300");
      properties.put("refkeeper.notification.backoff", "PT1H");
      try (RouteContext context = context(channel)) {
        relay(context);
      }
    }
    assertThat(webhook.requests()).hasSize(1);
    assertThat(rows("transport", "state"))
        .containsExactly(
            Map.of("transport", "email", "state", "pending"),
            Map.of("transport", "slack", "state", "sent"));
    assertThat((String) rows("last_error").get(0).get("last_error")).contains("Read timed out");
  }

  @Test
  void aMessageWhoseChannelIsConfiguredNoMoreFailsAloneAndSaysSo() throws Exception {
    Channel before =
        new Channel(
            "alerts", List.of("steward@example.com"), "https://x.example", webhook.url("/hook"));
    publish(before, REFUSED);
    properties.put("refkeeper.notification.backoff", "PT1H");
    try (RouteContext context =
        context(new Channel("alerts", List.of(), "", webhook.url("/hook")))) {
      relay(context);
    }
    assertThat(rows("last_error"))
        .extracting(row -> row.get("last_error"))
        .containsExactly(
            "The channel alerts has no e-mail address any more",
            "The channel alerts has no slack_webhook any more",
            null);
    assertThat(webhook.requests()).hasSize(1);
  }

  @Test
  void theTimerSendsWhatIsDueByItself() throws Exception {
    mail.start();
    Channel channel = byMail("steward@example.com");
    properties.put("refkeeper.schedules.autostart", "true");
    try (RouteContext context = context(channel)) {
      assertThat(
              context
                  .camel()
                  .getRouteController()
                  .getRouteStatus("notification-schedule")
                  .isStarted())
          .isTrue();
      publish(channel, REFUSED);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(row()).containsEntry("state", "sent"));
    }
    assertThat(mail.getReceivedMessages()).hasSize(1);
  }

  @Test
  void aUserAndPasswordAreGivenToTheMailServerAndAreInNoError() throws Exception {
    mail.setUser("robot", "p&ss %word+");
    mail.start();
    properties.put("refkeeper.notification.backoff", "PT1H");
    properties.put("refkeeper.smtp.user", "robot");
    properties.put("refkeeper.smtp.password", "wr0ng&p%ss");
    Channel channel = byMail("steward@example.com");
    publish(channel, REFUSED);
    try (RouteContext context = context(channel)) {
      relay(context);
    }
    assertThat((String) row().get("last_error")).contains("535").doesNotContain("wr0ng");
    assertThat(mail.getReceivedMessages()).isEmpty();

    properties.put("refkeeper.smtp.password", "p&ss %word+");
    makeDue();
    try (RouteContext context = context(channel)) {
      relay(context);
    }
    assertThat(mail.getReceivedMessages()).hasSize(1);
  }

  private static Channel byMail(String... addresses) {
    return new Channel("alerts", List.of(addresses), null, null);
  }

  private static ManagementPolicy policy(Channel channel) {
    return Samples.policy(true, channel);
  }

  private static void publish(Channel channel, Event event) {
    new Outbox(database, policy(channel)).publish(event);
  }

  private Map<String, Object> beans(Channel channel) {
    return NotificationBeans.beans(database, policy(channel), properties);
  }

  private RouteContext context(Channel channel) throws Exception {
    Map<String, String> all = new HashMap<>(NotificationBeans.properties(properties));
    all.put("refkeeper.schedules.autostart", properties.get("refkeeper.schedules.autostart"));
    return RouteContext.start(routes, beans(channel), all);
  }

  private static void relay(RouteContext context) {
    context.producer().requestBody("direct:notification-relay", (Object) null);
  }

  private static void makeDue() {
    JdbcClient.create(database).sql("update refkeeper.outbox set next_attempt_at = now()").update();
  }

  private static Map<String, Object> row() {
    return JdbcClient.create(database)
        .sql(
            "select *, extract(epoch from next_attempt_at - now())::float8 as wait"
                + " from refkeeper.outbox")
        .query()
        .singleRow();
  }

  private static List<Map<String, Object>> rows(String... columns) {
    return JdbcClient.create(database)
        .sql("select " + String.join(", ", columns) + " from refkeeper.outbox order by id")
        .query()
        .listOfRows();
  }
}
