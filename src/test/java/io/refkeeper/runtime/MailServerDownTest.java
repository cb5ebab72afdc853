package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Migration;
import io.refkeeper.demo.DemoTables;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.notification.Relay;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.testing.ClosedPort;
import io.refkeeper.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

class MailServerDownTest {

  @TempDir private Path home;

  @Test
  void aLoadCommitsWhileTheMailServerIsDownAndTheMessageGoesOutOnceWhenItIsBack() throws Exception {
    try (HikariDataSource target = TestPostgres.migratedDatabase();
        ClosedPort closed = new ClosedPort()) {
      int port = closed.number();
      JdbcTemplate jdbc = new JdbcTemplate(target);
      DemoTables.create(target);
      Setup setup = setup(port);
      new Migration(target).apply(ReferenceTables.all(setup.loaded().configuration()));
      Path file =
          Files.writeString(
              home.resolve("annuity_performance.csv"),
              """
              月度,业务类型,计划类型,计划代码,组合代码,机构,流失(含待遇支付)
              202510,企年投资,单一,P01,,北京,1
              """);
      try (RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, target, Mode.COMMAND)) {
        FileResult result =
            runtime.ingest(Delivery.of(file, null, false, false, Delivery.Progress.NONE));
        assertThat(result.status()).isEqualTo(FileResult.Status.LOADED);
        jdbc.update("delete from refkeeper.outbox where event <> 'new_derived_records'");
        assertThat(warningOf(runtime::relay))
            .matches(
                "Message \\d to channel \\S+ by EMAIL was not sent \\(attempt 1, next in \\d+ s\\):"
                    + " mail server 127.0.0.1:%d: .*; 1 waiting in the outbox - REFKEEPER_SMTP_HOST"
                        .formatted(port)
                    + " \\(and _PORT, _USER, _PASSWORD, _SECURITY\\) name the mail server");
        assertThat(outbox(jdbc)).isEqualTo("pending, 1 attempts");

        closed.giveUp();
        GreenMail mail = new GreenMail(new ServerSetup(port, "127.0.0.1", "smtp"));
        mail.start();
        try {
          runtime.relay();
          assertThat(outbox(jdbc)).as("not due yet").isEqualTo("pending, 1 attempts");
          jdbc.update("update refkeeper.outbox set next_attempt_at = now()");
          runtime.relay();
          runtime.relay();
          assertThat(outbox(jdbc)).isEqualTo("sent, 2 attempts");
          assertThat(mail.getReceivedMessages()).hasSize(1);
          assertThat(mail.getReceivedMessages()[0].getSubject())
              .isEqualTo("refkeeper: 3 new rows in 3 tables from annuity_performance.csv");
        } finally {
          mail.stop();
        }
      }
    }
  }

  private static String warningOf(Runnable action) {
    Logger relay = (Logger) LoggerFactory.getLogger(Relay.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    relay.addAppender(log);
    try {
      action.run();
    } finally {
      relay.detachAppender(log);
    }
    return log.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .findFirst()
        .orElse("");
  }

  private static String outbox(JdbcTemplate jdbc) {
    return jdbc.queryForObject(
        "select state || ', ' || attempts || ' attempts' from refkeeper.outbox", String.class);
  }

  private Setup setup(int smtpPort) {
    Setup read =
        Setup.read(
            home,
            Path.of("config"),
            Path.of("routes"),
            Map.of(
                "REFKEEPER_SMTP_HOST",
                "127.0.0.1",
                "REFKEEPER_SMTP_PORT",
                Integer.toString(smtpPort)));
    Map<String, String> properties = new HashMap<>(read.properties());
    // a round goes on while a message is due: with a short wait it would try more than once
    properties.put("refkeeper.notification.backoff", "PT1H");
    return new Setup(home, read.routes(), read.loaded(), properties);
  }
}
