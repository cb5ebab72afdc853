package io.refkeeper.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.config.Domain;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.quarantine.QuarantinedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The rows in quarantine that wait for a parent, and the records of their release. */
final class WaitingRows {

  /** Reasons that go away when the parent comes; their indexes have the same. */
  private static final List<String> REASONS =
      List.of(
          "unknown_key",
          "key_pattern",
          "key_does_not_fit",
          "parent_value_does_not_fit",
          "parent_value_missing",
          "parent_refused");

  private static final String RELEASABLE =
      REASONS.stream()
          .map(reason -> "'" + reason + "'")
          .collect(Collectors.joining(", ", "q.state = 'waiting' and q.reason_code in (", ")"));

  private static final String LOADS = SqlResource.read("release_loads");

  /** Kinds of waiting rows that are looked at one by one. */
  static final int KINDS = 20_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> FIELDS = new TypeReference<>() {};

  /**
   * Plans as for a large quarantine. Its statistics may be of a time when it was small, and each
   * step from one kind of rows to the next would then read and sort all rows instead of one.
   */
  private static final String BY_INDEX =
      """
      select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
             set_config('enable_sort', 'off', true)
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final String instance;

  WaitingRows(DataSource target, String instance) {
    this.jdbc = JdbcClient.create(target);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(target));
    transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    this.instance = instance;
  }

  static boolean isReleasable(String code) {
    return REASONS.contains(code);
  }

  /** Whether this account may release rows: one that only syncs leaves them to the service. */
  boolean mayBeReleased() {
    return jdbc.sql("select has_table_privilege('refkeeper.quarantine', 'UPDATE')")
        .query(Boolean.class)
        .single();
  }

  /** Whether any row of the domain waits for a parent. */
  boolean areThere(Domain domain) {
    return jdbc.sql(
            "select exists (select from refkeeper.quarantine q where q.domain = ? and %s)"
                .formatted(RELEASABLE))
        .param(domain.name())
        .query(Boolean.class)
        .single();
  }

  /** The loads of which rows can be released, in the order in which they were loaded. */
  List<Long> loads(Domain domain, ReadyKeys ready) {
    List<String[]> parameters = new ArrayList<>(ready.parameters());
    parameters.addAll(ready.parameters());
    String sql =
        LOADS.formatted(
            TableName.literal(domain.name()),
            RELEASABLE,
            ready.sql(),
            KINDS,
            TableName.literal(domain.targetSchema()),
            TableName.literal(domain.targetTable()));
    return transaction.execute(
        status -> {
          jdbc.sql(BY_INDEX).query().singleRow();
          return statement(sql, List.of(), parameters).query(Long.class).list();
        });
  }

  private JdbcClient.StatementSpec statement(
      String sql, List<Object> parameters, List<String[]> keys) {
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (Object parameter : parameters) {
      statement = statement.param(parameter);
    }
    for (String[] parameter : keys) {
      statement = statement.param(parameter);
    }
    return statement;
  }

  /** A waiting row's id and size. */
  record Candidate(long id, long characters) {}

  /** Rows of a load that can be released, in the order of their ids; not locked. */
  List<Candidate> candidates(ReleaseRun run, ReadyKeys ready, int limit) {
    return statement(
            """
            select q.id, length(q.original) from refkeeper.quarantine q
            where q.domain = ? and q.load_run_id = ? and q.id > ? and %s and %s
            order by q.id limit %d
            """
                .formatted(RELEASABLE, ready.sql(), limit),
            List.of(run.load().domain().name(), run.load().loadRunId(), run.lastId()),
            ready.parameters())
        .query((row, n) -> new Candidate(row.getLong(1), row.getLong(2)))
        .list();
  }

  /** A waiting row, locked. */
  record Row(long id, long line, String sheet, Map<String, String> fields) {

    /** The row as the file had it, under this header. */
    SourceRow source(List<String> header) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < Math.max(header.size(), fields.size()); i++) {
        String name = i < header.size() ? header.get(i) : "#" + (i + 1);
        if (fields.containsKey(name)) {
          while (values.size() < i) {
            values.add("");
          }
          values.add(fields.get(name));
        }
      }
      return new SourceRow(line, sheet, values.toArray(String[]::new), null);
    }
  }

  /** Locks the rows; those that another session holds, or that wait no more, are left out. */
  List<Row> lock(List<Long> ids) {
    return jdbc.sql(
            """
            select q.id, q.line, q.sheet, q.fields from refkeeper.quarantine q
            where q.id = any(?) and %s order by q.id for update skip locked
            """
                .formatted(RELEASABLE))
        .param(ids.toArray(Long[]::new))
        .query((row, n) -> row(row))
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    try {
      return new Row(
          row.getLong(1),
          row.getLong(2),
          row.getString(3),
          JSON.readValue(row.getString(4), FIELDS));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A row in quarantine has no fields", e);
    }
  }

  /**
   * The condition that a waiting row {@code q} of an upsert names a value of a column of the key.
   * An enumeration's is compared as text: what waits may be no value of it, which a cast would
   * refuse.
   */
  static String names(Column column, String value) {
    String named = "(q.scope::jsonb ->> %s)".formatted(TableName.literal(column.name()));
    return column.enumerated()
        ? "%s = (%s)::text".formatted(named, value)
        : "%s::%s = %s".formatted(named, column.baseDeclaredType(), value);
  }

  /**
   * Rows of an upsert whose key is in the fact table, and perhaps by a load that began later but
   * ended before theirs: it could not see that they would wait, and so has not superseded them.
   */
  Set<Long> perhapsOlder(Domain domain, Table fact, List<Long> ids) {
    String sameKey =
        domain.upsertBy().stream()
            .map(name -> names(fact.column(name).orElseThrow(), "f." + TableName.quote(name)))
            .collect(Collectors.joining(" and "));
    return Set.copyOf(
        jdbc.sql(
                """
                select q.id from refkeeper.quarantine q
                join refkeeper.load_run l on l.id = q.load_run_id
                where q.id = any(?) and exists (select from %s f where %s)
                  and exists (select from refkeeper.load_run later
                              where later.domain = l.domain and later.id > l.id
                                and later.status = 'loaded' and later.started_at < l.finished_at)
                """
                    .formatted(fact.name().sql(), sameKey))
            .param(ids.toArray(Long[]::new))
            .query(Long.class)
            .list());
  }

  /** The load that put rows here. {@code header} is null when it is older than that column. */
  record Origin(UUID deliveryId, String file, List<String> header) {}

  Origin origin(long loadRunId) {
    return jdbc.sql("select delivery_id, file_name, header from refkeeper.load_run where id = ?")
        .param(loadRunId)
        .query(
            (row, n) ->
                new Origin(
                    row.getObject(1, UUID.class),
                    row.getString(2),
                    row.getArray(3) == null
                        ? null
                        : List.of((String[]) row.getArray(3).getArray())))
        .single();
  }

  /**
   * Opens the run's record, or says that it goes on, also when another one has taken it for dead:
   * it had waited for a lock for long.
   */
  long open(ReleaseRun run) {
    return jdbc.sql(
            """
            insert into refkeeper.release_run (run_key, trigger, instance) values (?, ?, ?)
            on conflict (run_key) do update
            set touched_at = clock_timestamp(), finished_at = null
            returning id
            """)
        .params(run.key(), run.trigger().stored(), instance)
        .query(Long.class)
        .single();
  }

  /** Closes rows that are loaded. */
  int close(long runId, List<Long> ids) {
    return jdbc.sql(
            """
            update refkeeper.quarantine
            set state = 'released', closed_at = clock_timestamp(), release_run_id = ?
            where id = any(?) and state = 'waiting'
            """)
        .param(runId)
        .param(ids.toArray(Long[]::new))
        .update();
  }

  /** Rows that cannot be loaded for another reason wait on, with that reason. */
  void tell(ReleasePortion portion, List<QuarantinedRow> refused) {
    if (refused.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            update refkeeper.quarantine q
            set column_name = r.column_name, value = r.value, reason_code = r.code,
                reason = r.reason, release_run_id = ?
            from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
              as r(id, column_name, value, code, reason)
            where q.id = r.id and q.state = 'waiting'
            """)
        .param(portion.runId())
        .param(
            refused.stream()
                .map(row -> portion.ids().get(ReleasePortion.Place.of(row)))
                .toArray(Long[]::new))
        .param(texts(refused, QuarantinedRow::column))
        .param(texts(refused, QuarantinedRow::value))
        .param(texts(refused, QuarantinedRow::code))
        .param(texts(refused, QuarantinedRow::reason))
        .update();
  }

  private static String[] texts(List<QuarantinedRow> rows, Function<QuarantinedRow, String> value) {
    return rows.stream()
        .map(value)
        .map(text -> text == null ? null : text.replace('\0', '\uFFFD'))
        .toArray(String[]::new);
  }

  /** Counts what became of a portion, with its load and with its run. */
  void count(ReleasePortion portion) {
    jdbc.sql("update refkeeper.load_run set rows_released = rows_released + ? where id = ?")
        .params(portion.released(), portion.load().loadRunId())
        .update();
    jdbc.sql(
            """
            update refkeeper.release_run
            set rows_released = rows_released + ?, rows_refused = rows_refused + ?
            where id = ?
            """)
        .params(portion.released(), portion.refused(), portion.runId())
        .update();
  }

  /** Ends the run, and those whose process died before it ended them. */
  Set<Long> end(ReleaseRun run) {
    return Set.copyOf(
        jdbc.sql(
                """
                update refkeeper.release_run set finished_at = clock_timestamp()
                where finished_at is null
                  and (run_key = ? or touched_at < clock_timestamp() - interval '10 minutes')
                returning id
                """)
            .param(run.key())
            .query(Long.class)
            .list());
  }
}
