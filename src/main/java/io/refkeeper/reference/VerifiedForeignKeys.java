package io.refkeeper.reference;

import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells whether refkeeper may prove a load's foreign keys once a key instead of letting the
 * database check them once a row, which {@code session_replication_role = replica} switches off.
 *
 * <p>Everything that the database would have done on INSERT must be done by the proof: that is what
 * each obstacle is about, and a load that ignores one leaves orphans behind.
 */
public final class VerifiedForeignKeys {

  private static final String TRIGGERS = SqlResource.read("replica_triggers");
  private static final String CONSTRAINTS = SqlResource.read("replica_foreign_keys");

  /** Types of one row compare by one operator, whichever of them each side has. */
  private static final List<Set<String>> COMPARABLE =
      List.of(Set.of("int2", "int4", "int8"), Set.of("text", "varchar"));

  private final JdbcClient jdbc;

  public VerifiedForeignKeys(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Takes the lock under which triggers, foreign keys and columns of the table and its partitions
   * stay as they are until the transaction ends; the one that COPY takes anyway.
   */
  public void lock(TableName fact) {
    jdbc.sql("lock table %s in row exclusive mode".formatted(fact.sql())).update();
  }

  /**
   * Why the database must check the foreign keys itself; empty when the proof is as good. Valid
   * while the caller's transaction holds {@link #lock}, but for partitions that are attached later:
   * ask again before the commit.
   *
   * @param keys what is proven
   * @param copied the columns that COPY writes
   */
  public Optional<String> obstacle(Table fact, List<BoundForeignKey> keys, List<String> copied) {
    if (!mayReplicate()) {
      return Optional.of(
          "the role may not set session_replication_role (GRANT SET ON PARAMETER"
              + " session_replication_role TO it)");
    }
    if (!Set.of("r", "p").contains(fact.kind()) || hasForeignPartition(fact)) {
      return Optional.of("%s keeps its rows on another server".formatted(fact.name()));
    }
    return trigger(fact).or(() -> unproven(fact, keys, copied));
  }

  private boolean mayReplicate() {
    return jdbc.sql("select has_parameter_privilege('session_replication_role', 'SET')")
        .query(Boolean.class)
        .single();
  }

  private boolean hasForeignPartition(Table fact) {
    return jdbc.sql(
            """
            select exists (
              select 1 from pg_partition_tree(?::oid::regclass) t join pg_class c on c.oid = t.relid
              where c.relkind = 'f')
            """)
        .param(fact.oid())
        .query(Boolean.class)
        .single();
  }

  private Optional<String> trigger(Table fact) {
    return jdbc
        .sql(TRIGGERS)
        .params(fact.oid(), fact.oid())
        .query((row, n) -> describeTrigger(row))
        .list()
        .stream()
        .findFirst();
  }

  private static String describeTrigger(ResultSet row) throws SQLException {
    String constraint = row.getString("constraint_name");
    if (Set.of("R", "A").contains(row.getString("enabled"))) {
      return "trigger %s of %s is ENABLE REPLICA or ALWAYS"
          .formatted(row.getString("name"), row.getString("relation"));
    }
    return constraint.isEmpty()
        ? "%s has the trigger %s on INSERT"
            .formatted(row.getString("relation"), row.getString("name"))
        : "constraint %s of %s is checked by a trigger (DEFERRABLE, or a constraint trigger)"
            .formatted(constraint, row.getString("relation"));
  }

  /** A foreign key by which the database can refuse a row although its parents are verified. */
  public Optional<String> unproven(Table fact, List<BoundForeignKey> keys, List<String> copied) {
    return jdbc
        .sql(CONSTRAINTS)
        .params(fact.oid(), fact.oid())
        .query((row, n) -> Constraint.of(row))
        .list()
        .stream()
        .flatMap(constraint -> obstacle(constraint, fact, keys, copied).stream())
        .findFirst();
  }

  /** A foreign key as declared; {@code columns}: column of the fact to column of the parent. */
  private record Constraint(
      String name,
      String relation,
      String matchType,
      boolean temporal,
      boolean selfReference,
      TableName parent,
      Map<String, String> columns) {

    static Constraint of(ResultSet row) throws SQLException {
      String[] columns = (String[]) row.getArray("columns").getArray();
      String[] parentColumns = (String[]) row.getArray("parent_columns").getArray();
      Map<String, String> pairs = new LinkedHashMap<>();
      for (int i = 0; i < columns.length; i++) {
        pairs.put(columns[i], parentColumns[i]);
      }
      return new Constraint(
          row.getString("name"),
          row.getString("relation"),
          row.getString("match_type"),
          row.getBoolean("temporal"),
          row.getBoolean("self_reference"),
          new TableName(row.getString("parent_schema"), row.getString("parent_name")),
          pairs);
    }

    boolean isCoveredBy(BoundForeignKey key) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (int i = 0; i < key.keyColumns().size(); i++) {
        pairs.put(key.rule().sourceColumns().get(i), key.keyColumns().get(i).name());
      }
      return key.parent().name().equals(parent) && pairs.equals(columns);
    }

    @Override
    public String toString() {
      return "foreign key %s of %s".formatted(name, relation);
    }
  }

  private static Optional<String> obstacle(
      Constraint constraint, Table fact, List<BoundForeignKey> keys, List<String> copied) {
    if (constraint.selfReference()) {
      return Optional.of(constraint + " points to the fact table itself");
    }
    if (constraint.temporal()) {
      return Optional.of(constraint + " is temporal (PERIOD)");
    }
    if (!constraint.matchType().equals("s")) {
      return Optional.of(constraint + " is MATCH FULL");
    }
    Optional<BoundForeignKey> covering = keys.stream().filter(constraint::isCoveredBy).findFirst();
    if (covering.isEmpty()) {
      return Optional.of(constraint + " is not configured");
    }
    for (String column : constraint.columns().keySet()) {
      if (!copied.contains(column)) {
        return Optional.of(
            "%s: column %s is not in the file (a DEFAULT or an expression may fill it)"
                .formatted(constraint, column));
      }
    }
    return differentTypes(constraint, fact, covering.get());
  }

  private static Optional<String> differentTypes(
      Constraint constraint, Table fact, BoundForeignKey key) {
    List<String> differences = new ArrayList<>();
    for (Column parent : key.keyColumns()) {
      int index = key.keyColumns().indexOf(parent);
      Column child = fact.column(key.rule().sourceColumns().get(index)).orElseThrow();
      if (!comparable(child, parent)) {
        differences.add(
            "%s: %s is %s, %s of %s is %s"
                .formatted(
                    constraint,
                    child.name(),
                    child.declaredType(),
                    parent.name(),
                    constraint.parent(),
                    parent.declaredType()));
      }
    }
    return differences.stream().findFirst();
  }

  private static boolean comparable(Column child, Column parent) {
    return child.castCannotFail()
        && (child.baseType().equals(parent.baseType())
            || COMPARABLE.stream()
                .anyMatch(
                    types ->
                        types.contains(child.baseType()) && types.contains(parent.baseType())));
  }

  /**
   * Asserts that the session's triggers fire, so that whatever is written now is checked by the
   * database.
   *
   * @throws ProblemException when the role or database switches them off by its settings
   */
  public void assertOrigin() {
    String role =
        jdbc.sql("select current_setting('session_replication_role')").query(String.class).single();
    if (!role.equals("origin")) {
      throw new ProblemException(
          new Problem(
              "triggers_switched_off",
              "session_replication_role is %s for this role or database: no foreign key would be checked; nothing was loaded"
                  .formatted(role),
              "session_replication_role",
              "take the setting back: ALTER ROLE … RESET session_replication_role (or ALTER"
                  + " DATABASE)"));
    }
  }
}
