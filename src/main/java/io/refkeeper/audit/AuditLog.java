package io.refkeeper.audit;

import io.refkeeper.database.TableName;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes the audit log set-wise, in the caller's transaction. */
public final class AuditLog {

  private final JdbcClient jdbc;

  public AuditLog(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Who or what changes rows.
   *
   * @param name of a person, or {@code sync}, {@code load}
   * @param runKind {@code load}, {@code sync} or {@code person}
   * @param runId the run's id; null for a person
   */
  public record Actor(String name, String runKind, Long runId) {
    /** A sync run. */
    public static Actor sync(long runId) {
      return new Actor("sync", "sync", runId);
    }
  }

  /**
   * Writes one row for each row of the relation {@code changed}, which has the columns {@code key
   * text[], action text, before jsonb, after jsonb}.
   *
   * @param with common table expressions that end in one named {@code changed}, without the word
   *     WITH; they may change data, so that changing and logging are one statement
   * @return the number of rows written
   */
  public int record(TableName table, Actor actor, String with) {
    String sql =
        "with "
            + with
            + """

            insert into refkeeper.audit_log
              (table_schema, table_name, key, action, actor, run_kind, run_id, before, after)
            select :auditSchema, :auditTable, key, action, :actor, :runKind, :runId::bigint, before, after
            from changed
            """;
    return jdbc.sql(sql)
        .param("auditSchema", table.schema())
        .param("auditTable", table.name())
        .param("actor", actor.name())
        .param("runKind", actor.runKind())
        .param("runId", actor.runId())
        .update();
  }
}
