package io.refkeeper.database;

import io.refkeeper.database.MigrationPlan.Kind;
import io.refkeeper.database.MigrationPlan.Step;
import io.refkeeper.database.Table.Column;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The columns that tell a reference row's quality and origin. Rows that were there before are
 * authoritative.
 */
public final class TrackingColumns {

  public static final String SOURCE = "_source";
  public static final String NEEDS_REVIEW = "_needs_review";
  public static final String DERIVED_FROM_DOMAIN = "_derived_from_domain";
  public static final String DERIVED_AT = "_derived_at";
  public static final String AUTHORITATIVE = "authoritative";
  public static final String AUTO_DERIVED = "auto_derived";

  private static final Map<String, String> TYPES = new LinkedHashMap<>();
  private static final Map<String, String> DEFINITIONS = new LinkedHashMap<>();

  static {
    define(SOURCE, "character varying(20)", "varchar(20) not null default 'authoritative'");
    define(NEEDS_REVIEW, "boolean", "boolean not null default false");
    define(DERIVED_FROM_DOMAIN, "character varying(50)", "varchar(50)");
    define(DERIVED_AT, "timestamp with time zone", "timestamptz");
  }

  private final DataSource target;
  private final Catalog catalog;

  public TrackingColumns(DataSource target) {
    this.target = target;
    this.catalog = new Catalog(target);
  }

  private static void define(String name, String type, String definition) {
    TYPES.put(name, type);
    DEFINITIONS.put(name, definition);
  }

  /** The four names, in order. */
  public static List<String> names() {
    return List.copyOf(DEFINITIONS.keySet());
  }

  /** The columns that the table lacks. */
  public static List<String> missing(Table table) {
    return names().stream().filter(name -> table.column(name).isEmpty()).toList();
  }

  /** The columns that the table has with another type: they are somebody else's. */
  public static List<Column> foreign(Table table) {
    return names().stream()
        .map(table::column)
        .flatMap(Optional::stream)
        .filter(column -> !column.declaredType().equals(TYPES.get(column.name())))
        .toList();
  }

  /** What has to be done to these tables; changes nothing. */
  public MigrationPlan plan(Collection<TableName> tables) {
    List<Step> steps = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (TableName name : inOrder(tables)) {
      Optional<Table> table = catalog.table(name);
      if (table.isEmpty()) {
        problems.add(
            new Problem(
                "table_missing",
                "The reference table does not exist; it got no tracking columns",
                name.toString(),
                "Create it, or correct its name in the configuration, then migrate again"));
      } else if (!table.get().kind().equals("r") && !table.get().kind().equals("p")) {
        problems.add(
            new Problem(
                "not_a_table",
                "The reference table is a view or a foreign table; it got no tracking columns",
                name.toString(),
                "Name the table behind it in the configuration"));
      } else if (!missing(table.get()).isEmpty()) {
        steps.add(step(table.get()));
      }
    }
    return new MigrationPlan(List.copyOf(steps), List.copyOf(problems));
  }

  /**
   * Adds what is missing, one table a transaction; the constant defaults rewrite no row.
   *
   * @param lockTimeout how long to wait for sessions that use a table
   * @return what was done
   * @throws ProblemException if a table is busy, or the role may not change it
   */
  public MigrationPlan apply(Collection<TableName> tables, Duration lockTimeout) {
    MigrationPlan plan = plan(tables);
    JdbcTemplate jdbc = new JdbcTemplate(target);
    TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(target));
    for (Step step : plan.steps()) {
      try {
        transaction.executeWithoutResult(
            status -> {
              jdbc.queryForObject(
                  "select set_config('lock_timeout', ?, true)",
                  String.class,
                  lockTimeout.toMillis() + "ms");
              jdbc.execute(step.sql());
            });
      } catch (DataAccessException e) {
        throw explained(e, step, lockTimeout);
      }
    }
    return plan;
  }

  private static RuntimeException explained(
      DataAccessException failure, Step step, Duration lockTimeout) {
    String state =
        failure.getMostSpecificCause() instanceof SQLException cause ? cause.getSQLState() : "";
    if ("55P03".equals(state)) {
      return new ProblemException(
          new Problem(
              "table_busy",
              "The table is in use; no lock within %d ms".formatted(lockTimeout.toMillis()),
              step.description(),
              "The tables before it are done; migrate again when the long transaction has ended"),
          failure);
    }
    if ("42501".equals(state)) {
      return new ProblemException(
          new Problem(
              "not_owner",
              "The database refused: " + failure.getMostSpecificCause().getMessage(),
              step.description(),
              "Let the owner run what \"refkeeper migrate --print\" prints"),
          failure);
    }
    return failure;
  }

  private static Step step(Table table) {
    List<String> missing = missing(table);
    String additions =
        missing.stream()
            .map(
                name ->
                    "  add column if not exists %s %s"
                        .formatted(TableName.quote(name), DEFINITIONS.get(name)))
            .collect(Collectors.joining(",\n"));
    return new Step(
        Kind.TRACKING_COLUMNS,
        "%s: add %s".formatted(table.name(), String.join(", ", missing)),
        "alter table %s\n%s;".formatted(table.name().sql(), additions));
  }

  /** Two migrations at once take the tables in one order. */
  private static Collection<TableName> inOrder(Collection<TableName> tables) {
    TreeSet<TableName> sorted = new TreeSet<>(Comparator.comparing(TableName::toString));
    sorted.addAll(tables);
    return sorted;
  }
}
