package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.Finding.Severity;
import io.refkeeper.reference.Privilege.Target;
import io.refkeeper.reference.Privilege.Work;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Looks whether the account that asks may do the work that the configuration gives it. */
public final class PrivilegeCheck {

  private static final String MISSING = SqlResource.read("privilege_missing");
  private static final String REFERENCES = SqlResource.read("references_to_table");

  private final JdbcClient jdbc;
  private final Catalog catalog;

  public PrivilegeCheck(DataSource target) {
    this.jdbc = JdbcClient.create(target);
    this.catalog = new Catalog(target);
  }

  /**
   * One finding for each table, schema, function or database on which something is not granted,
   * with the GRANT to run. Tables that do not exist are another check's matter. Of an account that
   * has some work only, what the other work needs is one warning.
   */
  public List<Finding> check(Configuration configuration) {
    String account = jdbc.sql("select current_user").query(String.class).single();
    Set<Work> meant = EnumSet.allOf(Work.class);
    meant.removeIf(work -> isMissing(work.first()));
    Set<Work> notMeant = EnumSet.noneOf(Work.class);
    if (!meant.isEmpty()) {
      notMeant.addAll(EnumSet.complementOf(EnumSet.copyOf(meant)));
    }
    List<Finding> findings = new ArrayList<>();
    Map<Target, Set<Privilege>> missing = new LinkedHashMap<>();
    for (Privilege privilege : NeededPrivileges.of(configuration, this::referring)) {
      if (!notMeant.contains(privilege.work()) && isMissing(privilege)) {
        missing.computeIfAbsent(privilege.on().whole(), on -> new LinkedHashSet<>()).add(privilege);
      }
    }
    missing.forEach((on, privileges) -> findings.add(missing(account, on, privileges)));
    notMeant.forEach(work -> findings.add(notMeant(account, work)));
    if (!notMeant.contains(Work.LOAD)) {
      parameter(account).ifPresent(findings::add);
    }
    return findings;
  }

  private boolean isMissing(Privilege privilege) {
    Target on = privilege.on();
    return jdbc.sql(MISSING)
        .param("schema", on.schema())
        .param("table", on.table())
        .param("function", on.function())
        .param("column", on.column())
        .param("any", on.anyColumn())
        .param("verb", privilege.verb())
        .query(Boolean.class)
        .single();
  }

  private Collection<TableName> referring(TableName parent) {
    Optional<Table> table = catalog.table(parent);
    return table.isEmpty()
        ? List.of()
        : jdbc.sql(REFERENCES)
            .param(table.get().oid())
            .query((row, n) -> new TableName(row.getString("schema"), row.getString("name")))
            .set();
  }

  private Finding missing(String account, Target on, Set<Privilege> privileges) {
    String work =
        privileges.stream()
            .map(privilege -> privilege.work().words())
            .distinct()
            .collect(Collectors.joining(" and to "));
    String verbs =
        privileges.stream().map(PrivilegeCheck::verb).distinct().collect(Collectors.joining(", "));
    return Finding.error(
        "privilege_missing",
        "The account %s lacks %s, which it needs to %s".formatted(account, verbs, work),
        on.equals(Target.DATABASE) ? "database " + database() : on.place(),
        "run: grant %s on %s to %s".formatted(verbs, object(on), TableName.quote(account)));
  }

  private static String verb(Privilege privilege) {
    String verb = privilege.verb().toLowerCase(java.util.Locale.ROOT);
    return privilege.on().column() == null
        ? verb
        : "%s (%s)".formatted(verb, TableName.quote(privilege.on().column()));
  }

  private String object(Target on) {
    return on.equals(Target.DATABASE) ? "database " + TableName.quote(database()) : on.sql();
  }

  private String database() {
    return jdbc.sql("select current_database()").query(String.class).single();
  }

  private static Finding notMeant(String account, Work work) {
    Privilege first = work.first();
    return Finding.warning(
        "work_not_granted",
        "The account %s may not %s: refkeeper run, which does everything, needs that"
            .formatted(account, work.words()),
        first.on().place(),
        "nothing to do if it has other work; else grant what docker/sql/grants.sql lists");
  }

  private Optional<Finding> parameter(String account) {
    boolean old =
        jdbc.sql("select current_setting('server_version_num')::int < 150000")
            .query(Boolean.class)
            .single();
    boolean granted =
        !old
            && jdbc.sql("select has_parameter_privilege('session_replication_role', 'SET')")
                .query(Boolean.class)
                .single();
    return granted || old
        ? Optional.empty()
        : Optional.of(
            Finding.of(
                Severity.NOTE,
                "parameter_not_granted",
                "The account %s may not set it: PostgreSQL checks the foreign keys of a load row by"
                        .formatted(account)
                    + " row, which takes longer",
                "session_replication_role",
                "to allow it, a superuser runs: grant set on parameter session_replication_role to "
                    + TableName.quote(account)));
  }
}
