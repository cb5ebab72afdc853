package io.refkeeper.config;

import java.util.List;
import java.util.Map;

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

  /** Where authoritative rows come from; each has one route of its own. */
  public enum SourceType {
    LEGACY_MYSQL,
    POSTGRES,
    CONFIG_FILE,
    HTTP_API,
    MANUAL
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
   * @param database database or schema at the source; null: the connection's
   * @param table table at the source
   * @param keyColumns key at the source, in its names
   * @param where condition at the source, SQL of the source; null: all rows
   * @param columns source column to target column; empty: columns of the same name
   * @param filePath relative to the configuration's parent folder
   * @param format {@code yaml}, {@code json} or {@code csv}
   * @param url, records, nextPage, headers of an HTTP API; records and nextPage are JSON pointers
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
      Map<String, String> headers) {}
}
