package io.refkeeper.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.Event.FileRejected;
import io.refkeeper.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class OutboxTest {

  private static final Channel ALL =
      new Channel(
          "alerts", List.of("a@example.com"), "https://hooks.example.com/s/T", "https://x.example");
  private static HikariDataSource database;

  @BeforeAll
  static void migrate() {
    database = TestPostgres.migratedDatabase();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void empty() {
    JdbcClient.create(database).sql("delete from refkeeper.outbox").update();
  }

  @Test
  void aTransactionThatRollsBackTellsNobody() {
    Outbox outbox = new Outbox(database, Samples.policy(true, ALL));
    TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    transaction.executeWithoutResult(
        status -> {
          outbox.publish(Samples.newPlans("a.xlsx"));
          assertThat(transports()).hasSize(3);
          status.setRollbackOnly();
        });
    assertThat(transports()).isEmpty();
    transaction.executeWithoutResult(status -> outbox.publish(Samples.newPlans("a.xlsx")));
    assertThat(transports()).containsExactly("email", "slack", "webhook");
  }

  @Test
  void onlyTheConfiguredWaysGetAMessage() {
    new Outbox(
            database, Samples.policy(true, new Channel("c", List.of(), " ", "https://x.example")))
        .publish(Samples.newPlans("a.xlsx"));
    assertThat(transports()).containsExactly("webhook");
  }

  @Test
  void withoutAChannelNothingIsWritten() {
    new Outbox(database, Samples.policy(true, null)).publish(Samples.newPlans("a.xlsx"));
    assertThat(transports()).isEmpty();
  }

  @Test
  void newRecordsCanBeSwitchedOffAndOtherEventsStay() {
    Outbox outbox = new Outbox(database, Samples.policy(false, ALL));
    outbox.publish(Samples.newPlans("a.xlsx"));
    assertThat(transports()).isEmpty();
    outbox.publish(new FileRejected("a.csv", Samples.DELIVERY, List.of(), "rejected/a.csv"));
    assertThat(transports()).containsExactly("email", "slack", "webhook");
  }

  @Test
  void slackTextIsEscapedAndSecretsStayOutOfTheOutbox() {
    new Outbox(database, Samples.policy(true, ALL))
        .publish(
            new FileRejected(
                "<!channel> & ```x```.csv", Samples.DELIVERY, List.of(), "rejected/x.csv"));
    List<Map<String, Object>> rows =
        JdbcClient.create(database)
            .sql(
                "select transport, payload ->> 'text' as text, payload ->> 'event' as event,"
                    + " payload -> 'data' ->> 'moved_to' as moved, outbox::text as whole"
                    + " from refkeeper.outbox order by transport")
            .query()
            .listOfRows();
    assertThat((String) rows.get(1).get("text"))
        .startsWith(
            """
            *refkeeper: refused &lt;!channel&gt; &amp; '''x'''.csv, nothing loaded*
            ```
            refkeeper refused &lt;!channel&gt; &amp; '''x'''.csv whole.
            """)
        .endsWith("\n```");
    assertThat(rows.get(2)).containsEntry("event", "file_rejected");
    assertThat(rows.get(2)).containsEntry("moved", "rejected/x.csv");
    assertThat(rows)
        .allSatisfy(row -> assertThat((String) row.get("whole")).doesNotContain("hooks"));
  }

  private static List<String> transports() {
    return JdbcClient.create(database)
        .sql("select transport from refkeeper.outbox order by id")
        .query(String.class)
        .list();
  }
}
