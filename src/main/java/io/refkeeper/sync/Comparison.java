package io.refkeeper.sync;

import io.refkeeper.database.TableName;
import io.refkeeper.database.TrackingColumns;
import io.refkeeper.problem.Problem;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares every row once: fills {@code sync_delivered} (_line, key as stored, whether it is new,
 * whether the row there differs) and {@code sync_gone} (keys that this source delivered before and
 * no longer does).
 */
public final class Comparison {

  private final JdbcClient jdbc;
  private final Differences differences;

  public Comparison(DataSource target) {
    this.jdbc = JdbcClient.create(target);
    this.differences = new Differences(jdbc);
  }

  /**
   * Compares before anything is written.
   *
   * @throws HeldException when the source lost more than {@code max_shrink} of its keys
   */
  public void compare(@ExchangeProperty("table") TableRun run) {
    StagedColumns columns = StagedColumns.of(run);
    String target = run.attempt().target().name().sql();
    jdbc.sql(
            """
            create temporary table sync_delivered on commit drop as
            select r._line, case when %1$s is null then %2$s else %3$s end as key, %1$s is null as is_new,
                   %1$s is not null and (%6$s) as differs
            from sync_row r left join %4$s t on %5$s
            """
                .formatted(
                    "t." + TableName.quote(TrackingColumns.SOURCE),
                    columns.keyArray("r"),
                    columns.keyArray("t"),
                    target,
                    columns.sameKey("t", "r"),
                    differences.condition(run, columns)))
        .update();
    jdbc.sql("analyze sync_delivered").update();
    jdbc.sql(
            "select count(*), count(*) filter (where is_new), count(*) filter (where differs) from sync_delivered")
        .query(
            (RowCallbackHandler)
                row -> run.attempt().compared(row.getLong(1), row.getLong(2), row.getLong(3)));
    jdbc.sql(
            "create temporary table sync_gone (key text[], locked boolean not null default false) on commit drop")
        .update();
    if (!hasDeliveredBefore(run)) {
      return;
    }
    run.attempt().deliveredBefore();
    if (!run.attempt().tellsWhatIsGone()) {
      return;
    }
    int gone = findGone(run, columns);
    if (gone == 0) {
      return;
    }
    run.attempt().keysMissing();
    jdbc.sql("analyze sync_gone").update();
    holdIfShrunk(run);
  }

  private int findGone(TableRun run, StagedColumns columns) {
    // a full join hashes or sorts, however wrong the statistics of the keys are
    jdbc.sql(
            """
            create temporary table sync_key_difference on commit drop as
            select s.key as gone, d.key as fresh
            from sync_delivered d full join (
              select key from refkeeper.source_key where table_schema = %s and table_name = %s) s on s.key = d.key
            where d.key is null or s.key is null
            """
                .formatted(
                    TableName.literal(run.name().schema()), TableName.literal(run.name().name())))
        .update();
    int gone =
        jdbc.sql(
                "insert into sync_gone (key) select gone from sync_key_difference where gone is not null")
            .update();
    run.attempt().newKeysListed();
    if (gone == 0 || !run.attempt().hasLeftOutRows()) {
      return gone;
    }
    return gone
        - jdbc.sql(
                "delete from sync_gone g using %s t, sync_skipped s where %s and %s = g.key"
                    .formatted(
                        run.attempt().target().name().sql(),
                        columns.sameKey("t", "s"),
                        columns.keyArray("t")))
            .update();
  }

  private boolean hasDeliveredBefore(TableRun run) {
    return jdbc.sql(
            "select exists (select from refkeeper.source_key where table_schema = ? and table_name = ?)")
        .params(run.name().schema(), run.name().name())
        .query(Boolean.class)
        .single();
  }

  /** Keys that were gone before, and are retained, count on neither side: people know of them. */
  private void holdIfShrunk(TableRun run) {
    if (run.isForced()) {
      return;
    }
    jdbc.sql(
            """
            select count(g.key), count(*)
            from refkeeper.source_key k left join sync_gone g on g.key = k.key
            where k.table_schema = ? and k.table_name = ? and k.retained_at is null
            """)
        .params(run.name().schema(), run.name().name())
        .query((RowCallbackHandler) row -> holdIfShrunk(run, row.getLong(1), row.getLong(2)));
  }

  private static void holdIfShrunk(TableRun run, long gone, long known) {
    double lost = (double) gone / known;
    if (lost > run.source().maxShrink()) {
      throw new HeldException(
          new Problem(
              "max_shrink",
              "The source no longer has %d of the %d keys it delivered (%.0f%%); max_shrink allows %.0f%%"
                  .formatted(gone, known, lost * 100, run.source().maxShrink() * 100),
              run.name().toString(),
              "Look at the source; if this is right, run: refkeeper sync %s --force; nothing was written"
                  .formatted(run.source().table())));
    }
  }
}
