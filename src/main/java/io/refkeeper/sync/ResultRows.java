package io.refkeeper.sync;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Function;

/** The rows of a result, texts by column name, one after the other; closes it at its end. */
final class ResultRows implements Iterator<Map<String, ?>> {

  private final Statement statement;
  private final ResultSet result;
  private final String[] names;
  private final Function<SQLException, RuntimeException> failure;
  private Map<String, String> next;

  /**
   * @param failure what a failure of the source is thrown as
   */
  ResultRows(Statement statement, String query, Function<SQLException, RuntimeException> failure)
      throws SQLException {
    this.statement = statement;
    this.failure = failure;
    this.result = statement.executeQuery(query);
    this.names = names(result);
    advance();
  }

  /** Takes the rows of a small result. */
  static void forEach(ResultSet result, Consumer<Map<String, String>> rows) throws SQLException {
    String[] names = names(result);
    while (result.next()) {
      rows.accept(row(result, names));
    }
  }

  private static String[] names(ResultSet result) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    String[] names = new String[columns.getColumnCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = columns.getColumnLabel(i + 1);
    }
    return names;
  }

  private static Map<String, String> row(ResultSet result, String[] names) throws SQLException {
    Map<String, String> row = new HashMap<>(names.length * 2);
    for (int i = 0; i < names.length; i++) {
      row.put(names[i], result.getString(i + 1));
    }
    return row;
  }

  private void advance() throws SQLException {
    next = result.next() ? row(result, names) : null;
    if (next == null) {
      statement.close();
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Map<String, ?> next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Map<String, String> row = next;
    try {
      advance();
    } catch (SQLException e) {
      throw failure.apply(e);
    }
    return row;
  }
}
