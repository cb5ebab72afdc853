package io.refkeeper.runtime;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.database.Migration;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.SyncModel.Reference;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The database of {@link RandomSyncTest}: a reference table for each strategy, each a hierarchy,
 * and two fact tables. Some foreign keys take what names a row with it (ON DELETE CASCADE).
 */
final class RandomSyncFixture implements AutoCloseable {

  static final Map<String, SyncStrategy> STRATEGIES =
      new TreeMap<>(
          Map.of(
              "a_full", SyncStrategy.FULL_REPLACE,
              "b_incremental", SyncStrategy.INCREMENTAL,
              "c_merge", SyncStrategy.MERGE));

  private static final double MAX_SHRINK = 0.4;

  private static final String TABLES =
      """
      create schema r;
      create table r.a_full (code text primary key, name text, note text,
        parent text references r.a_full on delete cascade);
      create table r.b_incremental (code text primary key, name text, note text,
        parent text references r.b_incremental);
      create table r.c_merge (code text primary key, name text, note text,
        parent text references r.c_merge on delete cascade);
      create table r.added (day date, a text references r.a_full on delete cascade,
        b text references r.b_incremental, c text references r.c_merge, n int);
      create table r.replaced (like r.added,
        foreign key (a) references r.a_full, foreign key (b) references r.b_incremental,
        foreign key (c) references r.c_merge on delete cascade);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}}
      domains:
        added:
          files: ["added*.csv"]
          target_schema: r
          target_table: added
          load_mode: append
          foreign_keys: &keys
            - {name: fk_a, source_column: a, target_schema: r, target_table: a_full, target_key: code}
            - {name: fk_b, source_column: b, target_schema: r, target_table: b_incremental, target_key: code}
            - {name: fk_c, source_column: c, target_schema: r, target_table: c_merge, target_key: code}
        replaced:
          files: ["replaced*.csv"]
          target_schema: r
          target_table: replaced
          load_mode: replace
          replace_by: [day]
          foreign_keys: *keys
      """;

  private static final String POLICY =
      """
      strategy: hybrid
      time_zone: Asia/Shanghai
      backfill: {notification_channel: people}
      notifications: {channels: {people: {email: [people@example.com]}}}
      """;

  final SyncModel model = new SyncModel();
  final HikariDataSource target = TestPostgres.migratedDatabase();
  final JdbcTemplate sql = new JdbcTemplate(target);
  final Path home;
  private final RefkeeperRuntime runtime;
  private final String fingerprint;

  RandomSyncFixture(Path home) throws IOException {
    this.home = home;
    STRATEGIES.forEach(
        (table, strategy) -> model.references.put(table, new Reference(strategy, MAX_SHRINK)));
    List.of("added", "replaced").forEach(table -> model.facts.put(table, new ArrayList<>()));
    sql.execute(TABLES);
    writeConfiguration();
    Setup setup = setup();
    new Migration(target).apply(ReferenceTables.all(setup.loaded().configuration()));
    runtime = RefkeeperRuntime.start(setup, target, Mode.COMMAND);
    fingerprint =
        sql
            .queryForList(
                """
                select format('select %L || count(*) || '' rows, '' || coalesce(sum(hashtextextended(
                  concat(t.*, t.xmin, t.ctid), 0)), 0) as state from %s t',
                  relname || ' ', oid::regclass)
                from pg_class
                where relkind = 'r' and relnamespace in ('r'::regnamespace, 'refkeeper'::regnamespace)
                """,
                String.class)
            .stream()
            .collect(Collectors.joining(" union all "));
  }

  RefkeeperRuntime runtime() {
    return runtime;
  }

  /** Every table as it is, down to the versions of its rows; sequences may run on. */
  List<String> state() {
    return sql.queryForList(fingerprint, String.class);
  }

  /** Writes what the model has as the file of a table's source. */
  void writeSource(String table) throws IOException {
    String rows =
        model.references.get(table).source.entrySet().stream()
            .map(row -> line(Stream.concat(Stream.of(row.getKey()), row.getValue().stream())))
            .collect(Collectors.joining());
    Files.writeString(
        home.resolve("reference-data/" + table + ".csv"), "code,name,note,parent\n" + rows);
  }

  /** A line of CSV; null is an empty field. */
  static String line(Stream<String> fields) {
    return fields.map(field -> field == null ? "" : field).collect(Collectors.joining(",")) + "\n";
  }

  private void writeConfiguration() throws IOException {
    Path config = Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("reference-data"));
    Files.writeString(config.resolve("data_sources.yml"), DOMAINS);
    StringBuilder sources = new StringBuilder("reference_tables:\n");
    STRATEGIES.forEach(
        (table, strategy) ->
            sources.append(
                ("  %1$s: {target_schema: r, source_type: config_file, sync_strategy: %2$s,"
                        + " schedule: manual, max_shrink: %3$s, source_config:"
                        + " {file_path: reference-data/%1$s.csv, format: csv, key_column: code}}\n")
                    .formatted(table, strategy.name().toLowerCase(Locale.ROOT), MAX_SHRINK)));
    Files.writeString(config.resolve("reference_sources.yml"), sources);
    Files.writeString(config.resolve("reference_management.yml"), POLICY);
  }

  private Setup setup() {
    Setup read = Setup.read(home, home.resolve("config"), Path.of("routes"), Map.of());
    Map<String, String> properties = new HashMap<>(read.properties());
    properties.put("refkeeper.http.port", "off");
    return new Setup(home, read.routes(), read.loaded(), properties);
  }

  @Override
  public void close() {
    if (runtime != null) {
      runtime.close();
    }
    target.close();
  }
}
