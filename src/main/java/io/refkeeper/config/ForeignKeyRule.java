package io.refkeeper.config;

import java.util.List;

/**
 * How a fact table's foreign key is checked and its unknown parents are derived. The short form
 * {@code derive_columns} has become {@code backfillColumns}.
 *
 * @param name unique within its domain
 * @param sourceColumns fact columns after the rules, or file columns; same length as {@code
 *     targetKey}
 * @param targetSchema the parent's schema
 * @param targetTable the parent table
 * @param targetKey the parent's key columns
 * @param defaultKey the key that {@link OnUnknown#USE_DEFAULT} puts in; empty otherwise
 * @param skipBlankValues true: a blank key is NULL; false: its row is quarantined
 * @param keyPattern a regular expression that a new key must match whole; null: any
 * @param dependsOn names of foreign keys whose parents are made before this one's
 * @param priority breaks ties in the order, lower first
 */
public record ForeignKeyRule(
    String name,
    List<String> sourceColumns,
    String targetSchema,
    String targetTable,
    List<String> targetKey,
    Mode mode,
    OnUnknown onUnknown,
    List<String> defaultKey,
    boolean skipBlankValues,
    String keyPattern,
    List<String> dependsOn,
    int priority,
    List<BackfillColumn> backfillColumns) {

  /** The same rule with other dependencies. */
  public ForeignKeyRule withDependsOn(List<String> names) {
    return with(onUnknown, names);
  }

  /** The same rule that does something else with unknown parents. */
  public ForeignKeyRule withOnUnknown(OnUnknown other) {
    return with(other, dependsOn);
  }

  private ForeignKeyRule with(OnUnknown unknown, List<String> dependencies) {
    return new ForeignKeyRule(
        name,
        sourceColumns,
        targetSchema,
        targetTable,
        targetKey,
        mode,
        unknown,
        defaultKey,
        skipBlankValues,
        keyPattern,
        dependencies,
        priority,
        backfillColumns);
  }

  /** What backfill may do to a parent that is there. */
  public enum Mode {
    INSERT_MISSING,
    FILL_NULL_ONLY
  }

  /** What happens to a row that names an unknown parent. */
  public enum OnUnknown {
    BACKFILL,
    QUARANTINE,
    REJECT_FILE,
    USE_DEFAULT
  }

  /**
   * One column of a derived parent.
   *
   * @param source fact column after the rules, or file column; null with {@link
   *     AggregationType#TEMPLATE} and {@link AggregationType#JSONB_APPEND}
   * @param target column of the parent table
   * @param optional true: the file may lack the source, and a value that does not fit stays NULL
   */
  public record BackfillColumn(
      String source, String target, boolean optional, Aggregation aggregation) {}

  /**
   * How the values of all rows that name one key become one value. Blanks never count; ties go to
   * the first in file order.
   *
   * @param orderColumn {@link AggregationType#MAX_BY} only
   * @param separator {@link AggregationType#CONCAT_DISTINCT} only, default {@code +}
   * @param sort {@link AggregationType#CONCAT_DISTINCT} only, default true
   * @param template text with {@code {column}} and {@code {column:yyMM}}; only for templates
   */
  public record Aggregation(
      AggregationType type, String orderColumn, String separator, boolean sort, String template) {
    public static final Aggregation FIRST =
        new Aggregation(AggregationType.FIRST, null, "+", true, null);
  }

  /** The rules of {@link Aggregation}. */
  public enum AggregationType {
    FIRST,
    MOST_FREQUENT,
    MAX_BY,
    CONCAT_DISTINCT,
    COUNT_DISTINCT,
    TEMPLATE,
    JSONB_APPEND
  }
}
