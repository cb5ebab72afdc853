package io.refkeeper.database;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A table's schema and name, and the one place where names are quoted for PostgreSQL.
 *
 * @param schema unquoted
 * @param name unquoted
 */
public record TableName(String schema, String name) {

  /** The name for SQL: both parts quoted. */
  public String sql() {
    return quote(schema) + "." + quote(name);
  }

  /** Quotes an identifier, whatever it contains. */
  public static String quote(String identifier) {
    if (identifier.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("An identifier cannot contain NUL");
    }
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** A name as a value in SQL: a text literal. Values that come from data are bound instead. */
  public static String literal(String name) {
    return "'" + name.replace("'", "''") + "'";
  }

  /** Quotes identifiers and joins them by commas, as in a column list. */
  public static String quoteAll(Collection<String> identifiers) {
    return identifiers.stream().map(TableName::quote).collect(Collectors.joining(", "));
  }

  /** The name for people: {@code schema.name}. */
  @Override
  public String toString() {
    return schema + "." + name;
  }
}
