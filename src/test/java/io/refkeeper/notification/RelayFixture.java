package io.refkeeper.notification;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.Event.FileRejected;
import io.refkeeper.runtime.RouteContext;
import io.refkeeper.testing.ClosedPort;
import io.refkeeper.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The relay route with a mail server, an HTTP server and a database, all real, for its tests. */
abstract class RelayFixture {

  static final Event REFUSED =
      new FileRejected("25年10月.xlsx", Samples.DELIVERY, List.of(), "rejected/25年10月.xlsx");

  @TempDir static Path routes;
  static HikariDataSource database;

  final Map<String, String> properties = new HashMap<>();
  GreenMail mail;
  private ClosedPort mailPort;
  WebhookServer webhook;

  @BeforeAll
  static void start() throws Exception {
    database = TestPostgres.migratedDatabase();
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
    mailPort = new ClosedPort();
    mail =
        new GreenMail(new ServerSetup(mailPort.number(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    properties.put("refkeeper.schedules.autostart", "false");
    properties.put("refkeeper.smtp.host", "127.0.0.1");
    properties.put("refkeeper.smtp.port", String.valueOf(mailPort.number()));
    properties.put("refkeeper.smtp.from", "refkeeper <refkeeper@example.com>");
    properties.put("refkeeper.notification.period", "50");
    properties.put("refkeeper.notification.backoff", "PT0S");
  }

  @AfterEach
  void stopServers() {
    mail.stop();
    mailPort.close();
    webhook.close();
  }

  /** Until then nobody listens on the mail server's port. */
  void startMail() {
    mailPort.giveUp();
    mail.start();
  }

  static Channel byMail(String... addresses) {
    return new Channel("alerts", List.of(addresses), null, null);
  }

  static ManagementPolicy policy(Channel channel) {
    return Samples.policy(true, channel);
  }

  static void publish(Channel channel, Event event) {
    new Outbox(database, policy(channel)).publish(event);
  }

  Map<String, Object> beans(Channel channel) {
    return NotificationBeans.beans(database, policy(channel), properties);
  }

  RouteContext context(Channel channel) throws Exception {
    Map<String, String> all = new HashMap<>(NotificationBeans.properties(properties));
    all.put("refkeeper.schedules.autostart", properties.get("refkeeper.schedules.autostart"));
    return RouteContext.start(routes, beans(channel), all);
  }

  static void relay(RouteContext context) {
    context.producer().requestBody("direct:notification-relay", (Object) null);
  }

  static void makeDue() {
    JdbcClient.create(database).sql("update refkeeper.outbox set next_attempt_at = now()").update();
  }

  static Map<String, Object> row() {
    return JdbcClient.create(database)
        .sql(
            "select *, extract(epoch from next_attempt_at - now())::float8 as wait"
                + " from refkeeper.outbox")
        .query()
        .singleRow();
  }

  static List<Map<String, Object>> rows(String... columns) {
    return JdbcClient.create(database)
        .sql("select " + String.join(", ", columns) + " from refkeeper.outbox order by id")
        .query()
        .listOfRows();
  }
}
