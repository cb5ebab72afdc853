package io.refkeeper.backfill;

import io.refkeeper.database.JsonText;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeySql;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells of the parents that a load has made, in its transaction: the audit log, and for the steward
 * where each one came from. Called when it is certain which parents stay, so that both tables are
 * only ever appended to.
 */
public final class ProvenanceWriter {

  /** Parents of one statement: few enough for the server to keep them in work_mem. */
  private static final int PORTION = 10_000;

  private final JdbcClient jdbc;

  public ProvenanceWriter(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /** The load that made them, and the file and domain that it loaded. */
  public record Origin(long loadRunId, String domain, String file) {}

  /**
   * Writes an audit row and a record for the review of each parent.
   *
   * @param parents that this load inserted, and whose rows are still there
   */
  public void write(Derivation derivation, List<DerivedParent> parents, Origin origin) {
    for (int from = 0; from < parents.size(); from += PORTION) {
      int to = Math.min(parents.size(), from + PORTION);
      writePortion(derivation, parents.subList(from, to), origin);
    }
  }

  private void writePortion(Derivation derivation, List<DerivedParent> parents, Origin origin) {
    BoundForeignKey foreignKey = derivation.foreignKey();
    TableName table = foreignKey.parent().name();
    List<String> columns = derivation.columns().stream().map(c -> c.column().name()).toList();
    JdbcClient.StatementSpec statement = jdbc.sql(statement(foreignKey));
    for (String[] column :
        foreignKey.columnsOf(parents.stream().map(p -> p.candidate().key()).toList())) {
      statement = statement.param(column);
    }
    int written =
        statement
            .param(texts(parents, parent -> parent.candidate().sheet()))
            .param(longs(parents, parent -> parent.candidate().firstLine()))
            .param(longs(parents, parent -> parent.candidate().factRows()))
            .param(texts(parents, parent -> JsonText.of(nonNull(columns, parent.values()))))
            .param(texts(parents, parent -> object(parent.conflicts())))
            .param(texts(parents, parent -> object(parent.leftEmpty())))
            .params(table.schema(), table.name(), origin.loadRunId())
            .params(table.schema(), table.name(), origin.loadRunId(), origin.domain())
            .params(foreignKey.rule().name(), origin.file())
            .update();
    if (written != parents.size()) {
      throw new IllegalStateException(
          "%d parents were made in %s, but %d are there; nothing was committed"
              .formatted(parents.size(), table, written));
    }
  }

  private static String statement(BoundForeignKey foreignKey) {
    int keys = foreignKey.keyColumns().size();
    return """
        with made as (
          select %s as key, to_jsonb(p) as row_made, w.*
          from unnest(%s, ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[])
            as w(%s, sheet, line, fact_rows, vals, conflicts, left_empty)
          join %s p on %s
        ), audited as (
          insert into refkeeper.audit_log
            (table_schema, table_name, key, action, actor, run_kind, run_id, after)
          select ?, ?, key, 'insert', 'backfill', 'load', ?, row_made from made
        )
        insert into refkeeper.derived_record
          (table_schema, table_name, key, load_run_id, domain, foreign_key, file_name, sheet,
           first_line, fact_rows, values, conflicts, left_empty)
        select ?, ?, key, ?, ?, ?, ?, sheet, line, fact_rows,
               vals::jsonb, conflicts::jsonb, left_empty::jsonb
        from made
        """
        .formatted(
            KeySql.keyArray("p", foreignKey.keyColumns()),
            String.join(", ", Collections.nCopies(keys, "?::text[]")),
            KeySql.names("k", keys),
            KeySql.from(foreignKey),
            KeySql.match(foreignKey));
  }

  private static String[] texts(
      List<DerivedParent> parents, Function<DerivedParent, String> value) {
    return parents.stream().map(value).toArray(String[]::new);
  }

  private static Long[] longs(List<DerivedParent> parents, Function<DerivedParent, Long> value) {
    return parents.stream().map(value).toArray(Long[]::new);
  }

  private static Map<String, String> nonNull(List<String> columns, List<String> values) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      if (values.get(i) != null) {
        map.put(columns.get(i), values.get(i));
      }
    }
    return map;
  }

  /** Most are empty, and a load may make many parents. */
  private static String object(Map<String, ?> values) {
    return values.isEmpty() ? "{}" : JsonText.of(values);
  }
}
