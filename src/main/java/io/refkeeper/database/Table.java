package io.refkeeper.database;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table as the catalog describes it.
 *
 * @param oid the table's oid; advisory locks are taken on it
 * @param kind {@code r} ordinary, {@code p} partitioned, {@code f} foreign, {@code v} view
 * @param columns in order
 * @param uniqueKeys unique constraints and indexes over plain columns, the primary key among them
 * @param foreignKeys the constraints of this table
 */
public record Table(
    long oid,
    TableName name,
    String kind,
    List<Column> columns,
    List<UniqueKey> uniqueKeys,
    List<ForeignKeyConstraint> foreignKeys) {

  public boolean isPartitioned() {
    return kind.equals("p");
  }

  /** The column of that name. */
  public Optional<Column> column(String column) {
    return columns.stream().filter(c -> c.name().equals(column)).findFirst();
  }

  /** Whether a unique constraint covers exactly these columns, in any order. */
  public boolean isUnique(List<String> key) {
    return uniqueKeys.stream()
        .anyMatch(u -> u.columns().size() == key.size() && u.columns().containsAll(key));
  }

  /**
   * A column.
   *
   * @param declaredType as {@code format_type} prints it, such as {@code numeric(18,4)}
   * @param baseType the catalog's name of the type, a domain resolved: {@code int4}, {@code
   *     numeric}, {@code varchar}, {@code timestamptz} ...
   * @param typmod the modifier as stored; -1: none
   * @param generated GENERATED ALWAYS AS (...): cannot be written
   * @param identity {@code a} always, {@code d} by default, empty otherwise
   * @param baseDeclaredType the declared type with a domain resolved: what a key is cast to
   * @param collation quoted name, when it is another than the database's; else empty
   * @param nondeterministicCollation the same, when different texts may be equal; else empty
   */
  public record Column(
      String name,
      String declaredType,
      boolean domain,
      String baseType,
      boolean enumerated,
      int typmod,
      boolean notNull,
      boolean hasDefault,
      boolean generated,
      String identity,
      String baseDeclaredType,
      String collation,
      String nondeterministicCollation) {

    private static final Set<String> CHECKED_TYPES =
        Set.of(
            "int2",
            "int4",
            "int8",
            "numeric",
            "float4",
            "float8",
            "text",
            "name",
            "citext",
            "varchar",
            "bpchar",
            "date",
            "timestamp",
            "timestamptz",
            "time",
            "uuid",
            "bool");

    /** Types of which a load writes each value in one way only. */
    private static final Set<String> ONE_SPELLING =
        Set.of("text", "varchar", "int2", "int4", "int8", "bool", "date", "timestamp", "uuid");

    /**
     * Whether values that a load writes differently are different for the database, too: not so
     * with 1.0 and 1, or ABC and abc where the collation holds them equal.
     */
    public boolean equalOnlyAsText() {
      return ONE_SPELLING.contains(baseType) && nondeterministicCollation.isEmpty();
    }

    /** What brings values of the type into the column's own order; empty: nothing has to. */
    public String collate() {
      return collation.isEmpty() ? "" : " collate " + collation;
    }

    /** Longest text in characters, for varchar(n) and char(n); -1: no bound. */
    public int maxLength() {
      boolean bounded = baseType.equals("varchar") || baseType.equals("bpchar");
      return bounded && typmod >= 4 ? typmod - 4 : -1;
    }

    /** Digits in all, for numeric(p,s); -1: no bound. */
    public int precision() {
      return baseType.equals("numeric") && typmod >= 4 ? ((typmod - 4) >> 16) & 0xffff : -1;
    }

    /** Digits after the point, for numeric(p,s), may be negative; 0 without a bound. */
    public int scale() {
      // PostgreSQL keeps the scale in 11 bits, sign-extended (numeric.c, numeric_typmod_scale)
      return baseType.equals("numeric") && typmod >= 4 ? (((typmod - 4) & 0x7ff) ^ 1024) - 1024 : 0;
    }

    /**
     * Whether every text that Java's checks of the type let through can be cast to it. A domain's
     * own checks are not considered.
     */
    public boolean castCannotFail() {
      return !enumerated && CHECKED_TYPES.contains(baseType);
    }

    /** Whether a row may leave the column out although it is NOT NULL. */
    public boolean fillsItself() {
      return hasDefault || generated || !identity.isEmpty();
    }

    /** Whether a COPY or INSERT may name the column. */
    public boolean writable() {
      return !generated && !identity.equals("a");
    }
  }

  /** A unique constraint or index. */
  public record UniqueKey(String name, boolean primary, List<String> columns) {}

  /** A foreign key: {@code columns} of this table point to {@code parentColumns} of the parent. */
  public record ForeignKeyConstraint(
      String name, List<String> columns, TableName parent, List<String> parentColumns) {}
}
