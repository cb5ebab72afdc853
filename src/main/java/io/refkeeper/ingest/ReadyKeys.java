package io.refkeeper.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.KeySql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The condition in SQL on a row {@code q} of the quarantine: all its keys have a parent, or an
 * alias. It only chooses what is worth trying; the release proves and locks the keys like any load.
 *
 * @param sql with a bind for each of the parameters
 * @param parameters JSON texts, as arrays
 */
record ReadyKeys(String sql, List<String[]> parameters) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static ReadyKeys of(Domain domain, LoadTables tables, ReleaseRequest request) {
    List<String> conditions = new ArrayList<>();
    for (ForeignKeyRule rule : domain.foreignKeys()) {
      conditions.add(
          "(%1$s is null or %2$s or %3$s)".formatted(key(rule), parent(rule, tables), alias(rule)));
    }
    List<String[]> parameters = new ArrayList<>();
    if (!request.keys().isEmpty()) {
      conditions.add(asked(domain, request, parameters));
    }
    return new ReadyKeys(String.join("\n  and ", conditions), parameters);
  }

  private static String key(ForeignKeyRule rule) {
    return "(q.keys -> %s)".formatted(TableName.literal(rule.name()));
  }

  private static String parent(ForeignKeyRule rule, LoadTables tables) {
    Table parent = tables.parent(rule);
    List<String> equal = new ArrayList<>();
    for (int i = 0; i < rule.targetKey().size(); i++) {
      Column column =
          parent
              .column(rule.targetKey().get(i))
              .orElseThrow(() -> LoadTables.missing(parent.name()));
      String type =
          tables.fact().column(rule.sourceColumns().get(i)).orElse(column).baseDeclaredType();
      String name = "p." + TableName.quote(column.name());
      String value = "(%s ->> %d)".formatted(key(rule), i);
      // as KeySql compares: what has an input that can fail, by its text
      equal.add(
          column.castCannotFail()
              ? "%s = %s::%s".formatted(name, value, type)
              : "%s::text = %s".formatted(name, value));
    }
    return "exists (select from %s p where %s)"
        .formatted(KeySql.from(parent), String.join(" and ", equal));
  }

  private static String alias(ForeignKeyRule rule) {
    return """
    exists (select from refkeeper.key_alias a
      where a.table_schema = %s and a.table_name = %s and a.retired_at is null
        and to_jsonb(a.alias) = %s)"""
        .formatted(
            TableName.literal(rule.targetSchema()),
            TableName.literal(rule.targetTable()),
            key(rule));
  }

  /** The row names one of the keys that are asked for. */
  private static String asked(Domain domain, ReleaseRequest request, List<String[]> parameters) {
    List<String> any = new ArrayList<>();
    for (ForeignKeyRule rule : domain.foreignKeys()) {
      List<List<String>> keys =
          request.keys().get(new TableName(rule.targetSchema(), rule.targetTable()));
      if (keys != null && keys.isEmpty()) {
        any.add(key(rule) + " is not null");
      } else if (keys != null) {
        any.add(key(rule) + " = any(?::jsonb[])");
        parameters.add(keys.stream().map(ReadyKeys::json).toArray(String[]::new));
      }
    }
    return any.isEmpty() ? "false" : any.stream().collect(Collectors.joining(" or ", "(", ")"));
  }

  private static String json(List<String> key) {
    try {
      return JSON.writeValueAsString(key);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
