package io.refkeeper.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.runtime.RouteContext;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** E-mail by the relay route: what the mail server gets, what it may refuse, and encryption. */
class MailTest extends RelayFixture {

  @Test
  void aMailServerThatIsDownStopsNoLoadAndTheMessageGoesOutOnceWhenItIsBack() throws Exception {
    Channel channel = byMail("steward@example.com");
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

      startMail();
      relay(context);
      assertThat(mail.getReceivedMessages()).as("not due before its back-off is over").isEmpty();
      makeDue();
      relay(context);
      makeDue();
      relay(context);
    }
    assertThat(mail.getReceivedMessages()).hasSize(1);
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
        .isEqualTo("steward@example.com");
  }

  @Test
  void aPageInHtmlIsAttachedToTheTextAndGoesToNoOtherTransport() throws Exception {
    Channel channel =
        new Channel("alerts", List.of("steward@example.com"), webhook.url("/slack"), null);
    startMail();
    String page = "<!doctype html>\n<p>组合计划</p>\n";
    publish(channel, new Event.ValidationFound(7, List.of(), page));
    try (RouteContext context = context(channel)) {
      relay(context);
    }
    MimeMultipart parts = (MimeMultipart) mail.getReceivedMessages()[0].getContent();
    assertThat(parts.getCount()).isEqualTo(2);
    assertThat((String) parts.getBodyPart(0).getContent())
        .startsWith("The reference validation 7 found 0 things");
    assertThat(parts.getBodyPart(1).getFileName()).isEqualTo("validation-found.html");
    assertThat(parts.getBodyPart(1).getContentType()).contains("text/html", "UTF-8");
    assertThat(((String) parts.getBodyPart(1).getContent()).replace("\r\n", "\n")).isEqualTo(page);
    assertThat(rows("transport", "attachment", "payload::text as payload"))
        .filteredOn(row -> row.get("transport").equals("slack"))
        .allMatch(row -> row.get("attachment") == null)
        .noneMatch(row -> row.get("payload").toString().contains("doctype"));
  }

  @Test
  void aMailServerThatNeverAnswersTimesOutAndHoldsUpNobody() throws Exception {
    Channel channel =
        new Channel("alerts", List.of("steward@example.com"), webhook.url("/slack"), null);
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      properties.put("refkeeper.smtp.port", String.valueOf(silent.getLocalPort()));
      properties.put("refkeeper.smtp.timeout", "300");
      properties.put("refkeeper.notification.backoff", "PT1H");
      publishAndRelay(channel);
    }
    assertThat(webhook.requests()).hasSize(1);
    assertThat(rows("transport", "state"))
        .containsExactly(
            Map.of("transport", "email", "state", "pending"),
            Map.of("transport", "slack", "state", "sent"));
    assertThat((String) rows("last_error").get(0).get("last_error")).contains("Read timed out");
  }

  private void publishAndRelay(Channel channel) throws Exception {
    publish(channel, REFUSED);
    try (RouteContext context = context(channel)) {
      relay(context);
    }
  }

  @Test
  void aUserAndPasswordAreGivenToTheMailServerAndAreInNoError() throws Exception {
    mail.setUser("robot", "p&ss %word+");
    startMail();
    properties.put("refkeeper.notification.backoff", "PT1H");
    properties.put("refkeeper.smtp.user", "robot");
    properties.put("refkeeper.smtp.password", "wr0ng&p%ss");
    Channel channel = byMail("steward@example.com");
    publishAndRelay(channel);
    assertThat((String) row().get("last_error")).contains("535").doesNotContain("wr0ng");
    assertThat(mail.getReceivedMessages()).isEmpty();

    properties.put("refkeeper.smtp.password", "p&ss %word+");
    makeDue();
    try (RouteContext context = context(channel)) {
      relay(context);
    }
    assertThat(mail.getReceivedMessages()).hasSize(1);
  }

  @Test
  void anAddressThatTheServerRefusesHoldsUpNoOther() throws Exception {
    properties.put("refkeeper.notification.backoff", "PT1H");
    Channel channel = byMail("gone@example.com", "steward@example.com");
    try (RefusingMailServer server = new RefusingMailServer("gone@example.com")) {
      properties.put("refkeeper.smtp.port", String.valueOf(server.port()));
      publishAndRelay(channel);
      assertThat(server.delivered()).containsExactly("steward@example.com");
    }
    assertThat(rows("recipient", "state"))
        .containsExactly(
            Map.of("recipient", "gone@example.com", "state", "pending"),
            Map.of("recipient", "steward@example.com", "state", "sent"));
    assertThat((String) rows("last_error").get(0).get("last_error"))
        .contains("550 5.1.1 gone@example.com: no such user");
  }

  @Test
  void withTlsAMailGoesOnlyToAServerWhoseCertificateIsTrusted(@TempDir Path folder)
      throws Exception {
    Path keys = keyStoreFor127001(folder);
    System.setProperty("greenmail.tls.keystore.file", keys.toString());
    System.setProperty("greenmail.tls.keystore.password", "changeit");
    SSLContext usual = SSLContext.getDefault();
    List<Throwable> refusals = new CopyOnWriteArrayList<>();
    Thread.UncaughtExceptionHandler printing = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> refusals.add(e)); // GreenMail's threads
    GreenMail encrypted =
        new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
    try {
      encrypted.start();
      properties.put("refkeeper.smtp.port", String.valueOf(encrypted.getSmtps().getPort()));
      properties.put("refkeeper.smtp.security", "tls");
      properties.put("refkeeper.notification.backoff", "PT1H");
      Channel channel = byMail("steward@example.com");
      publish(channel, REFUSED);
      try (RouteContext context = context(channel)) {
        relay(context);
        assertThat((String) row().get("last_error"))
            .isEqualTo(
                "mail server 127.0.0.1:%s: unable to find valid certification path to requested target"
                    .formatted(properties.get("refkeeper.smtp.port")));
        assertThat(encrypted.getReceivedMessages()).isEmpty();
        await()
            .untilAsserted(
                () ->
                    assertThat(refusals)
                        .singleElement(InstanceOfAssertFactories.THROWABLE)
                        .hasRootCauseInstanceOf(SSLHandshakeException.class));

        SSLContext.setDefault(trusting(keys));
        makeDue();
        relay(context);
      }
      assertThat(row()).containsEntry("state", "sent");
      assertThat(encrypted.getReceivedMessages()).hasSize(1);
    } finally {
      SSLContext.setDefault(usual);
      encrypted.stop();
      Thread.setDefaultUncaughtExceptionHandler(printing);
      System.clearProperty("greenmail.tls.keystore.file");
      System.clearProperty("greenmail.tls.keystore.password");
    }
  }

  @Test
  void withStarttlsNoMailGoesToAServerThatDoesNotEncrypt() throws Exception {
    startMail();
    properties.put("refkeeper.smtp.security", "starttls");
    properties.put("refkeeper.notification.backoff", "PT1H");
    publishAndRelay(byMail("steward@example.com"));
    assertThat((String) row().get("last_error"))
        .contains("STARTTLS is required but host does not support STARTTLS");
    assertThat(mail.getReceivedMessages()).isEmpty();
  }

  private static Path keyStoreFor127001(Path folder) throws Exception {
    Path keys = folder.resolve("keys.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "mail",
                "-keyalg",
                "EC",
                "-dname",
                "CN=mail",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                keys.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(made.waitFor()).as(output).isZero();
    return keys;
  }

  private static SSLContext trusting(Path keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance(keys.toFile(), "changeit".toCharArray());
    KeyStore certificates = KeyStore.getInstance(KeyStore.getDefaultType());
    certificates.load(null, null);
    certificates.setCertificateEntry("mail", trusted.getCertificate("mail"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(certificates);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
