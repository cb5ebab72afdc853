package io.refkeeper.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The legacy MySQL of the demo: two databases with the users' authoritative reference tables. */
public final class LegacyDatabase {

  private final String url;
  private final String user;
  private final String password;

  /**
   * @param url of any database of the server
   * @param user who may create databases and grant
   */
  public LegacyDatabase(String url, String user, String password) {
    this.url = url;
    this.user = user;
    this.password = password;
  }

  /** Creates and fills the databases {@code annuity_hub} and {@code enterprise}. */
  public void create() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(url + "?rewriteBatchedStatements=true", user, password);
        Statement statement = connection.createStatement()) {
      statement.execute("create database annuity_hub character set utf8mb4");
      statement.execute("create database enterprise character set utf8mb4");
      fill(connection, "annuity_hub.`年金计划`", "年金计划号", SampleReferences.plans());
      fill(connection, "annuity_hub.`组合计划`", "组合代码", SampleReferences.portfolios());
      fill(connection, "enterprise.`组织架构`", "机构代码", SampleReferences.organisations());
    }
  }

  /** Lets the account of a sync read both, and nothing more. */
  public void grantTo(String reader) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute("grant select on annuity_hub.* to '" + reader + "'@'127.0.0.1'");
      statement.execute("grant select on enterprise.* to '" + reader + "'@'127.0.0.1'");
    }
  }

  private static void fill(
      Connection connection, String table, String key, List<Map<String, Object>> rows)
      throws SQLException {
    List<String> columns = List.copyOf(rows.get(0).keySet());
    String definitions =
        columns.stream()
            .map(column -> "`%s` %s".formatted(column, type(column, rows)))
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "create table %s (%s, primary key (`%s`))".formatted(table, definitions, key));
    }
    String insert =
        "insert into %s (%s) values (%s)"
            .formatted(
                table,
                columns.stream()
                    .map(column -> "`" + column + "`")
                    .collect(Collectors.joining(", ")),
                columns.stream().map(column -> "?").collect(Collectors.joining(", ")));
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (Map<String, Object> row : rows) {
        for (int i = 0; i < columns.size(); i++) {
          statement.setObject(i + 1, row.get(columns.get(i)));
        }
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static String type(String column, List<Map<String, Object>> rows) {
    for (Map<String, Object> row : rows) {
      Object value = row.get(column);
      if (value instanceof Integer) {
        return "int";
      } else if (value instanceof LocalDate) {
        return "date";
      } else if (value != null) {
        return "varchar(255)";
      }
    }
    return "text";
  }
}
