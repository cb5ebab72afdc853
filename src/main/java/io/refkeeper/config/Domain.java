package io.refkeeper.config;

import java.util.List;

/**
 * One kind of fact data: its files, its fact table, its foreign keys.
 *
 * @param files globs on the file's name
 * @param exclude globs on the file's name that win over {@code files}
 * @param sheets XLSX: sheet names, or zero-based indexes written as numbers; empty: the first sheet
 * @param expectBy day of the month and time, such as {@code 8th 09:00}; null: never expected
 * @param replaceBy fact columns of a scope, for {@link LoadMode#REPLACE}
 * @param upsertBy columns of a unique constraint, for {@link LoadMode#UPSERT}
 * @param loadIdColumn fact column that takes the load's id; null: none
 * @param blankValues values that mean NULL, compared after trimming; contains the empty string
 * @param controlTotals fact columns whose sums a load reports beside those before
 * @param foreignKeys in file order; {@link DependencyOrder} gives the order of derivation
 */
public record Domain(
    String name,
    List<String> files,
    List<String> exclude,
    List<String> sheets,
    FileFormat format,
    String expectBy,
    List<RowFilter> skipRows,
    String targetSchema,
    String targetTable,
    LoadMode loadMode,
    List<String> replaceBy,
    List<String> upsertBy,
    String loadIdColumn,
    ForeignKeyCheck fkCheck,
    List<ColumnRule> columns,
    List<ForeignKeyRule> foreignKeys,
    List<String> blankValues,
    List<String> controlTotals,
    Limits limits) {

  /** How rows reach the fact table. */
  public enum LoadMode {
    APPEND,
    REPLACE,
    UPSERT
  }

  /**
   * Who proves the foreign keys of a load: refkeeper when it safely can, or always the database.
   */
  public enum ForeignKeyCheck {
    AUTO,
    DATABASE
  }

  /**
   * How a file is read.
   *
   * @param charset a charset name, or {@code auto}
   * @param delimiter one character, or {@code auto}
   * @param headerRow one-based row of the header; 0: none, columns are named by {@code columns}
   */
  public record FileFormat(String charset, String delimiter, int headerRow) {
    public static final String AUTO = "auto";
  }

  /**
   * A row that is no data: counted as filtered, not as bad. Exactly one of the two conditions is
   * set.
   *
   * @param column a file column, or a fact column after the rules
   * @param equals values compared after trimming
   * @param blank true: the column is blank
   */
  public record RowFilter(String column, List<String> equals, boolean blank) {}
}
