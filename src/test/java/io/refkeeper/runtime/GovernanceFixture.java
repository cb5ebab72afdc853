package io.refkeeper.runtime;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Migration;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.quality.validation.ValidationFinding;
import io.refkeeper.quality.validation.ValidationReport;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A small shop: sales name clients, folios and branches. Few of the foreign keys are real: the
 * database knows that a folio's client is one, and that a note names a client, of which the
 * configuration knows nothing.
 */
public final class GovernanceFixture implements AutoCloseable {

  private static final String TABLES =
      """
      create schema s;
      create table s.country (code text primary key);
      create table s.client (code varchar(20) primary key, name text, parent varchar(20) references s.client,
                             country text references s.country);
      create table s.folio (code varchar(20) primary key, title text, client varchar(20));
      create table s.branch (region text, number int, name text, primary key (region, number));
      create table s.sale (day date not null, client varchar(20), folio text, region text, branch int, amount int);
      create table s.note (id int, client varchar(20) references s.client);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}}
      domains:
        sales:
          files: ["sales*.csv"]
          target_schema: s
          target_table: sale
          load_mode: append
          foreign_keys:
            - name: fk_client
              source_column: client
              target_schema: s
              target_table: client
              target_key: code
              key_pattern: "[^!]+"
              backfill_columns: [{source: client_name, target: name, optional: true}]
            - name: fk_folio
              source_column: folio
              target_schema: s
              target_table: folio
              target_key: code
              depends_on: [fk_client]
              backfill_columns: [{source: client, target: client}]
            - name: fk_branch
              source_column: [region, branch]
              target_schema: s
              target_table: branch
              target_key: [region, number]
      """;

  private static final String SOURCES =
      """
      reference_tables:
        country:
          target_schema: s
          source_type: config_file
          source_config: {file_path: reference-data/countries.csv, format: csv, key_column: code}
          sync_strategy: full_replace
          schedule: manual
          max_shrink: 1.0
        client:
          target_schema: s
          source_type: config_file
          source_config: {file_path: reference-data/clients.csv, format: csv, key_column: code}
          sync_strategy: full_replace
          schedule: manual
          max_shrink: 1.0
      """;

  private static final String MANAGEMENT =
      """
      strategy: hybrid
      time_zone: Asia/Shanghai
      backfill: {notification_channel: people}
      review: {report_schedule: "0 9 * * 1"}
      retention: {archive_days: 30, quarantine_days: 30, audit_days: 30, quality_days: 30, messages_days: 30, validation_days: 30}
      notifications: {channels: {people: {email: [people@example.com]}}}
      """;

  public final Path home;
  public final HikariDataSource database = TestPostgres.migratedDatabase();
  public final JdbcTemplate sql = new JdbcTemplate(database);
  private final Setup setup;
  private final RefkeeperRuntime runtime;
  private int files;

  /** The shop, empty, and its routes for commands. */
  public GovernanceFixture(Path home) throws IOException {
    this.home = home;
    Path config = Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("reference-data"));
    Files.writeString(config.resolve("data_sources.yml"), DOMAINS);
    Files.writeString(config.resolve("reference_sources.yml"), SOURCES);
    Files.writeString(config.resolve("reference_management.yml"), MANAGEMENT);
    sql.execute(TABLES);
    setup = setup(home);
    new Migration(database).apply(ReferenceTables.all(setup.loaded().configuration()));
    runtime = RefkeeperRuntime.start(setup, database, Mode.COMMAND);
  }

  private static Setup setup(Path home) {
    Setup read = Setup.read(home, home.resolve("config"), Path.of("routes"), Map.of());
    Map<String, String> properties = new HashMap<>(read.properties());
    properties.put("refkeeper.jobs.catch-up-delay", "0");
    properties.put("refkeeper.sync.backoff", "20");
    properties.put("refkeeper.http.port", "off"); // several instances in one process
    return new Setup(home, read.routes(), read.loaded(), properties);
  }

  /** Another instance, as a service; closing it is the caller's. */
  RefkeeperRuntime service(Clock clock) {
    return RefkeeperRuntime.start(setup, database, Mode.SERVICE, clock);
  }

  /** Another instance for commands, by a clock of the caller's; closing it is the caller's. */
  RefkeeperRuntime command(Clock clock) {
    return RefkeeperRuntime.start(setup, database, Mode.COMMAND, clock);
  }

  /** Does something while another instance runs as a service, in which no schedule fires. */
  void whileServing(Clock clock, Runnable work) {
    Map<String, String> properties = new HashMap<>(setup.properties());
    properties.put(
        SimulatedQuartz.NO_SCHEDULER_THREAD, "false"); // the machine's clock may be at one
    RefkeeperRuntime other =
        RefkeeperRuntime.start(
            new Setup(home, setup.routes(), setup.loaded(), properties),
            database,
            Mode.SERVICE,
            clock);
    try {
      work.run();
    } finally {
      other.close();
    }
  }

  RefkeeperRuntime runtime() {
    return runtime;
  }

  /** What a command needs to work on this shop. */
  public Map<String, String> environment() {
    return Map.of(
        "REFKEEPER_HOME", home.toString(),
        "REFKEEPER_ROUTES", Path.of("routes").toAbsolutePath().toString(),
        "REFKEEPER_DB_URL", database.getJdbcUrl(),
        "REFKEEPER_DB_USER", "postgres");
  }

  /** Empties everything and makes a shop in which all is well. */
  public void reset() {
    sql.execute(
        """
        set refkeeper.audit_retention = on;
        truncate s.sale, s.note, s.folio, s.client, s.country, s.branch, refkeeper.load_run,
          refkeeper.sync_run, refkeeper.source_key, refkeeper.outbox, refkeeper.audit_log,
          refkeeper.validation_run, refkeeper.job_run restart identity cascade;
        reset refkeeper.audit_retention;
        insert into s.country values ('DE');
        insert into s.client (code, name, country) values ('C1', 'one', 'DE'), ('C2', 'two', null);
        insert into s.folio (code, client) values ('F1', 'C1'), ('F2', null);
        insert into s.branch values ('north', 1), ('south', 2);
        insert into s.sale values ('2025-10-01', 'C1', 'F1', 'north', 1, 5), ('2025-10-01', null, null, 'north', null, 5);
        """);
  }

  /** Does something that the database's foreign keys would refuse. */
  void past(String statement) {
    sql.execute(
        "set session_replication_role = replica; "
            + statement
            + "; set session_replication_role = origin");
  }

  public ValidationReport validate() {
    return runtime.validate();
  }

  /** Each finding as {@code code place keys/rows sample; sample}. */
  List<String> findings() {
    return validate().findings().stream().map(GovernanceFixture::words).toList();
  }

  private static String words(ValidationFinding finding) {
    return "%s %s %d/%d %s"
        .formatted(
            finding.code(),
            finding.place(),
            finding.keys(),
            finding.rows(),
            String.join("; ", finding.samples().stream().map(s -> s.text()).toList()));
  }

  /** Loads a CSV file of sales: day, client, client_name, folio, region, branch, amount. */
  public FileResult load(String... lines) throws IOException {
    Path file = home.resolve("sales_%d.csv".formatted(++files));
    Files.writeString(
        file,
        "day,client,client_name,folio,region,branch,amount\n" + String.join("\n", lines) + "\n");
    return runtime.ingest(Delivery.of(file, null, false, false, Delivery.Progress.NONE));
  }

  /** The subjects of the messages so far. */
  List<String> subjects() {
    return sql.queryForList("select subject from refkeeper.outbox order by id", String.class);
  }

  @Override
  public void close() {
    runtime.close();
    database.close();
  }
}
