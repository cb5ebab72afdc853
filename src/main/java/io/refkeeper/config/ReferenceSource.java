package io.refkeeper.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A reference table and the source of its authoritative rows.
 *
 * @param table its name in {@code targetSchema}
 * @param targetKey its key columns, in the target's names
 * @param schedule a 5-field cron in the policy's time zone, {@code on_change} or {@code manual};
 *     absent in the file: the policy's preload schedule
 * @param incrementalColumn fetch only what changed since the watermark; null: fetch everything
 * @param dependsOn tables that must be synced before this one
 * @param maxShrink share of the keys delivered before that may be missing at the source, 0 to 1
 */
public record ReferenceSource(
    String table,
    String targetSchema,
    List<String> targetKey,
    SourceType sourceType,
    SourceConfig sourceConfig,
    SyncStrategy syncStrategy,
    String schedule,
    String incrementalColumn,
    List<String> dependsOn,
    double maxShrink,
    OnBadRow onBadRow,
    boolean lookupOnDemand) {

  public static final String ON_CHANGE = "on_change";
  public static final String MANUAL_SCHEDULE = "manual";

  /**
   * A type of source, where authoritative rows come from. Each has one class, by which {@link
   * SourceTypes} knows it, and one route; {@code manual} has neither.
   *
   * @param word its {@code source_type}
   * @param settings what {@code source_config} may say, beside {@code key_column} and {@code
   *     columns}
   * @param required those of them that it must say
   * @param connectionType of the connection that it reads from; null: it has none
   */
  public record SourceType(
      String word,
      Set<String> settings,
      Set<String> required,
      String connectionType,
      Set<Ability> abilities) {

    private static final Set<String> OF_DATABASES =
        Set.of("connection", "database", "table", "where");

    public static final SourceType LEGACY_MYSQL =
        new SourceType(
            "legacy_mysql",
            OF_DATABASES,
            Set.of(),
            "mysql",
            Set.of(Ability.INCREMENTAL, Ability.LOOKUP));
    public static final SourceType POSTGRES =
        new SourceType(
            "postgres",
            OF_DATABASES,
            Set.of(),
            "postgres",
            Set.of(Ability.INCREMENTAL, Ability.LOOKUP));
    public static final SourceType CONFIG_FILE =
        new SourceType(
            "config_file",
            Set.of("file_path", "format"),
            Set.of("file_path"),
            null,
            Set.of(Ability.ON_CHANGE));
    public static final SourceType HTTP_API =
        new SourceType(
            "http_api",
            Set.of("url", "records", "next_page", "headers"),
            Set.of("url"),
            null,
            Set.of());
    public static final SourceType MANUAL =
        new SourceType("manual", Set.of(), Set.of(), null, Set.of());

    public SourceType {
      settings = Set.copyOf(settings);
      required = Set.copyOf(required);
      abilities = Set.copyOf(abilities);
    }

    /** What not every type of source can do. */
    public enum Ability {
      /** Deliver only what changed since the last time. */
      INCREMENTAL,
      /** Be synced when it changes. */
      ON_CHANGE,
      /** Be asked for single keys. */
      LOOKUP
    }

    public boolean can(Ability ability) {
      return abilities.contains(ability);
    }

    /** Every type of source there is. */
    public static Collection<SourceType> values() {
      return SourceTypes.all();
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** What a sync does with new, changed and gone rows. */
  public enum SyncStrategy {
    FULL_REPLACE,
    INCREMENTAL,
    MERGE
  }

  /** What a row that cannot be used does to its sync. */
  public enum OnBadRow {
    FAIL,
    SKIP
  }

  /**
   * What the source type needs; a field that another type uses is null or empty.
   *
   * @param connection name of a {@link SourceConnection}
   * @param database database at the source, of PostgreSQL schema; null: the connection's, public
   * @param table table at the source
   * @param keyColumns key at the source, in its names
   * @param where condition at the source, SQL of the source; null: all rows
   * @param columns source column to target column; empty: columns of the same name
   * @param filePath relative to the configuration's parent folder
   * @param format {@code yaml}, {@code json} or {@code csv}
   * @param url, records, nextPage, headers of an HTTP API; records and nextPage are JSON pointers
   * @param options what a source type that was added needs beside these
   */
  public record SourceConfig(
      String connection,
      String database,
      String table,
      List<String> keyColumns,
      String where,
      Map<String, String> columns,
      String filePath,
      String format,
      String url,
      String records,
      String nextPage,
      Map<String, String> headers,
      Map<String, String> options) {

    /** Without what may hold a secret: the values of headers and options, the URL's query. */
    @Override
    public String toString() {
      return "connection=%s, database=%s, table=%s, file_path=%s, url=%s, headers=%s, options=%s"
          .formatted(
              connection,
              database,
              table,
              filePath,
              url == null ? null : url.replaceFirst("[?#].*", ""),
              headers.keySet(),
              options.keySet());
    }
  }
}
