package io.refkeeper.ingest;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A table on which skipping the database's own check would leave an orphan or a duplicate behind.
 *
 * @param name of schema and domain
 * @param tables DDL in a schema of that name; {@code fact} is loaded
 * @param keys YAML of the configured foreign keys
 * @param options YAML of the domain
 * @param lines of the file; none: a test of its own loads it
 * @param reason why the database checks; null: refkeeper proves the keys
 * @param quarantined line and reason code of the rows that must not be loaded
 */
record ForeignKeyCase(
    String name,
    String tables,
    String keys,
    String options,
    List<String> lines,
    String reason,
    List<String> quarantined) {

  /** Most cases have this parent, with one row. */
  static final String PARENT =
      "create table parent (code text primary key); insert into parent values ('A');\n";

  ForeignKeyCase(
      String name,
      String tables,
      String keys,
      List<String> lines,
      String reason,
      List<String> quarantined) {
    this(name, tables, keys, "load_mode: append", lines, reason, quarantined);
  }

  /** YAML of a foreign key to a table of the case's schema. */
  static String key(String source, String parent, String targetKey) {
    return "{name: to_%2$s, source_column: %1$s, on_unknown: quarantine, target_schema: SCHEMA, target_table: %2$s, target_key: %3$s}"
        .formatted(source, parent, targetKey);
  }

  static String allTables(List<ForeignKeyCase> cases) {
    return cases.stream()
        .map(
            c -> "create schema %1$s; set search_path = %1$s;\n%2$s;\n".formatted(c.name, c.tables))
        .collect(joining("", "", "reset search_path"));
  }

  static String allDomains(List<ForeignKeyCase> cases) {
    return cases.stream().map(ForeignKeyCase::domain).collect(joining("", "domains:\n", ""));
  }

  private String domain() {
    return """
          %1$s:
            files: ["%1$s.csv"]
            target_schema: %1$s
            target_table: fact
            limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}
            foreign_keys: [%2$s]
            %3$s
        """
        .formatted(name, keys.replace("SCHEMA", name), options);
  }

  /**
   * What the database would not have let in: it is asked to check each constraint of the schema
   * anew (the transaction is rolled back); and the rows that a trigger should have kept out.
   */
  static List<String> orphans(JdbcTemplate jdbc, String schema) {
    List<String> orphans =
        new ArrayList<>(
            jdbc.queryForList(
                "select f::text from %s.fact f where f::text like '%%ghost%%'".formatted(schema),
                String.class));
    List<String> checks =
        jdbc.queryForList(
            """
            select format('alter table %1$s drop constraint %2$I cascade; alter table %1$s add constraint %2$I %3$s',
                          conrelid::regclass, conname, pg_get_constraintdef(oid))
            from pg_constraint
            where connamespace = ?::regnamespace and contype in ('f', 'u') and conparentid = 0
            """,
            String.class, schema);
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(jdbc.getDataSource()));
    for (String check : checks) {
      transaction.executeWithoutResult(
          status -> {
            status.setRollbackOnly();
            try {
              jdbc.execute(check);
            } catch (DataAccessException e) {
              orphans.add(e.getMostSpecificCause().getMessage());
            }
          });
    }
    return orphans;
  }

  @Override
  public String toString() {
    return name;
  }
}
