package io.refkeeper.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.Event.FileRejected;
import io.refkeeper.runtime.RouteContext;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The relay route against a real mail server, a real HTTP server and a real database. */
class RelayTest extends RelayFixture {

  @Test
  void twoRelaysSendEachMessageOnce() throws Exception {
    startMail();
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
    startMail();
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
  void theWaitDoublesWithEachFailureUpToTheLongestAndIsJittered() throws Exception {
    Channel channel = new Channel("alerts", List.of(), null, webhook.url("/hook"));
    publish(channel, REFUSED);
    properties.put("refkeeper.notification.backoff", "PT30S");
    properties.put("refkeeper.notification.max-backoff", "PT5M");
    List<Double> waits = new ArrayList<>();
    try (RouteContext context = context(channel)) {
      for (int attempt = 1; attempt <= 7; attempt++) {
        webhook.answer(500, "", Map.of());
        makeDue();
        relay(context);
        waits.add((Double) row().get("wait"));
      }
    }
    double[] expected = {30, 60, 120, 240, 300, 300, 300};
    for (int i = 0; i < expected.length; i++) {
      assertThat(waits.get(i))
          .as("after failure %d", i + 1)
          .isBetween(expected[i] * 0.8 - 5, expected[i] * 1.2);
    }
    assertThat(new HashSet<>(waits)).as("no two waits are the same").hasSize(7);
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
    startMail();
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
            "The channel alerts has the e-mail address steward@example.com no more",
            "The channel alerts has no slack_webhook any more",
            null);
    assertThat(webhook.requests()).hasSize(1);
  }

  @Test
  void theTimerSendsWhatIsDueByItself() throws Exception {
    startMail();
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
}
