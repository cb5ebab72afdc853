package io.refkeeper.database;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.database.Table.UniqueKey;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
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
    return Optional.ofNullable(tables(List.of(name)).get(name));
  }

  /** The tables as they are now, those that there are; in three statements, however many. */
  public Map<TableName, Table> tables(Collection<TableName> names) {
    List<Relation> relations = relations(names);
    Long[] oids = relations.stream().map(Relation::oid).toArray(Long[]::new);
    Map<Long, List<Column>> columns = new HashMap<>();
    Map<Long, List<UniqueKey>> uniqueKeys = new HashMap<>();
    Map<Long, List<ForeignKeyConstraint>> foreignKeys = new HashMap<>();
    jdbc.sql(COLUMNS)
        .param(oids)
        .query(
            row -> {
              add(columns, row, column(row));
            });
    jdbc.sql(CONSTRAINTS)
        .params(oids, oids)
        .query(
            row -> {
              if (row.getString("kind").equals("u")) {
                add(uniqueKeys, row, uniqueKey(row));
              } else {
                add(foreignKeys, row, foreignKey(row));
              }
            });
    Map<TableName, Table> tables = new LinkedHashMap<>();
    for (Relation relation : relations) {
      tables.put(
          relation.name(),
          new Table(
              relation.oid(),
              relation.name(),
              relation.kind(),
              columns.getOrDefault(relation.oid(), List.of()),
              uniqueKeys.getOrDefault(relation.oid(), List.of()),
              foreignKeys.getOrDefault(relation.oid(), List.of())));
    }
    return tables;
  }

  /** The oid by which the table is locked; empty if there is none of that name. */
  public OptionalLong oid(TableName name) {
    return relations(List.of(name)).stream().mapToLong(Relation::oid).findFirst();
  }

  private record Relation(TableName name, long oid, String kind) {}

  private List<Relation> relations(Collection<TableName> names) {
    return jdbc.sql(
            """
            select n.nspname, c.relname, c.oid, c.relkind::text as kind
            from unnest(?::text[], ?::text[]) w (schema, name)
            join pg_namespace n on n.nspname = w.schema
            join pg_class c on c.relnamespace = n.oid and c.relname = w.name
            where c.relkind in ('r', 'p', 'f', 'v')
            """)
        .param(names.stream().map(TableName::schema).toArray(String[]::new))
        .param(names.stream().map(TableName::name).toArray(String[]::new))
        .query(
            (row, n) ->
                new Relation(
                    new TableName(row.getString("nspname"), row.getString("relname")),
                    row.getLong("oid"),
                    row.getString("kind")))
        .list();
  }

  private static <T> void add(Map<Long, List<T>> byTable, ResultSet row, T item)
      throws SQLException {
    byTable.computeIfAbsent(row.getLong("table_oid"), oid -> new ArrayList<>()).add(item);
  }

  private static Column column(ResultSet row) throws SQLException {
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
        Objects.requireNonNullElse(row.getString("collation"), ""),
        Objects.requireNonNullElse(row.getString("nondeterministic_collation"), ""));
  }

  private static UniqueKey uniqueKey(ResultSet row) throws SQLException {
    return new UniqueKey(
        row.getString("name"), row.getBoolean("is_primary"), strings(row.getArray("columns")));
  }

  private static ForeignKeyConstraint foreignKey(ResultSet row) throws SQLException {
    return new ForeignKeyConstraint(
        row.getString("name"),
        strings(row.getArray("columns")),
        new TableName(row.getString("parent_schema"), row.getString("parent_name")),
        strings(row.getArray("parent_columns")));
  }

  private static List<String> strings(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
