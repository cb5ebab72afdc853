package io.refkeeper.database;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.database.Table.UniqueKey;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads tables from PostgreSQL's catalog, inside the caller's transaction if there is one. */
public final class Catalog {

  private static final String COLUMNS = SqlResource.read("catalog_columns");
  private static final String CONSTRAINTS = SqlResource.read("catalog_constraints");

  private final JdbcClient jdbc;

  public Catalog(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /** The table as it is now; empty if there is none of that name. */
  public Optional<Table> table(TableName name) {
    return jdbc.sql(
            """
            select c.oid, c.relkind::text as kind
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p', 'f', 'v')
            """)
        .params(name.schema(), name.name())
        .query((row, n) -> describe(row.getLong("oid"), name, row.getString("kind")))
        .optional();
  }

  private Table describe(long oid, TableName name, String kind) {
    List<Column> columns = jdbc.sql(COLUMNS).param(oid).query(Catalog::column).list();
    List<Object> constraints =
        jdbc.sql(CONSTRAINTS).params(oid, oid).query(Catalog::constraint).list();
    return new Table(
        oid,
        name,
        kind,
        columns,
        only(constraints, UniqueKey.class),
        only(constraints, ForeignKeyConstraint.class));
  }

  private static <T> List<T> only(List<Object> constraints, Class<T> type) {
    return constraints.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static Column column(ResultSet row, int n) throws SQLException {
    return new Column(
        row.getString("name"),
        row.getString("declared_type"),
        row.getBoolean("is_domain"),
        row.getString("base_type"),
        row.getBoolean("is_enum"),
        row.getInt("typmod"),
        row.getBoolean("not_null"),
        row.getBoolean("has_default"),
        row.getBoolean("is_generated"),
        row.getString("identity"),
        row.getString("base_declared_type"),
        Objects.requireNonNullElse(row.getString("nondeterministic_collation"), ""));
  }

  private static Object constraint(ResultSet row, int n) throws SQLException {
    List<String> columns = strings(row.getArray("columns"));
    if (row.getString("kind").equals("u")) {
      return new UniqueKey(row.getString("name"), row.getBoolean("is_primary"), columns);
    }
    return new ForeignKeyConstraint(
        row.getString("name"),
        columns,
        new TableName(row.getString("parent_schema"), row.getString("parent_name")),
        strings(row.getArray("parent_columns")));
  }

  private static List<String> strings(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
