package io.refkeeper.runtime;

import io.refkeeper.audit.AuditLog;
import io.refkeeper.audit.AuditLog.Actor;
import io.refkeeper.database.TableName;
import io.refkeeper.runtime.SyncModel.Reference;
import io.refkeeper.runtime.SyncModel.Row;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What people do to reference rows and facts between syncs, in the database and in the model. A
 * steward's changes are in the audit log; a row may also be entered past it.
 */
final class SyncByHand {

  private static final Actor STEWARD = new Actor("ann", "person", null);

  private final RandomSyncFixture fixture;
  private final Random random;
  private final AuditLog audit;

  SyncByHand(RandomSyncFixture fixture, Random random) {
    this.fixture = fixture;
    this.random = random;
    this.audit = new AuditLog(fixture.target);
  }

  /** Does something to a row, or to what names it; says what. */
  String act(String table, String key) {
    Reference reference = fixture.model.references.get(table);
    Row row = reference.rows.get(key);
    if (row == null) {
      return enter(table, reference, key);
    }
    int column = random.nextInt(2);
    String value = value();
    Row changed = row.set(column, value);
    String set = "%s = %s".formatted(SyncModel.COLUMNS.get(column), literal(value));
    if (row.derived() && random.nextBoolean()) {
      update(table, key, "promote", set + ", _source = 'authoritative', _needs_review = false");
      fixture.sql.update(
          "update refkeeper.derived_record set state = 'approved', closed_at = now(), closed_by = 'ann'"
              + " where table_name = ? and key = array[?::text] and state = 'pending'",
          table,
          key);
      reference.rows.put(key, new Row(changed.values(), changed.byPerson(), false, false));
      return "a steward approves %s %s with %s".formatted(table, key, set);
    }
    if (!row.derived() && fixture.model.naming(table, key) == 0 && random.nextInt(4) == 0) {
      record(
          table,
          "delete from r.%s t where code = '%s' returning array[t.code] as key, 'delete' as action,"
                  .formatted(table, key)
              + " to_jsonb(t.*) as before, null::jsonb as after");
      reference.rows.remove(key);
      return "a steward deletes %s %s".formatted(table, key);
    }
    update(table, key, "update", set);
    reference.rows.put(key, changed);
    return "a steward sets of %s %s %s".formatted(table, key, set);
  }

  private String enter(String table, Reference reference, String key) {
    List<String> values = SyncModel.values(value(), value(), null);
    boolean audited = random.nextBoolean();
    String insert =
        "insert into r.%s as t (code, name, note) values ('%s', %s, %s)"
            .formatted(table, key, literal(values.get(0)), literal(values.get(1)));
    Row row = new Row(SyncModel.values(null, null, null), Set.of(), false, false);
    if (audited) {
      record(
          table,
          insert
              + " returning array[t.code] as key, 'insert' as action, null::jsonb as before, to_jsonb(t.*) as after");
      row = row.set(0, values.get(0)).set(1, values.get(1));
    } else {
      fixture.sql.update(insert);
      row = new Row(values, Set.of(), false, false);
    }
    reference.rows.put(key, row);
    return "entered by hand, %s: %s %s %s"
        .formatted(audited ? "audited" : "not audited", table, key, values);
  }

  private void update(String table, String key, String action, String set) {
    record(
        table,
        """
        update r.%1$s t set %2$s from (select code as old_code, to_jsonb(o.*) as old from r.%1$s o) o
        where old_code = t.code and t.code = '%3$s'
        returning array[t.code] as key, '%4$s' as action, old as before, to_jsonb(t.*) as after"""
            .formatted(table, set, key, action));
  }

  private void record(String table, String change) {
    audit.record(new TableName("r", table), STEWARD, "changed as (" + change + ")");
  }

  /** People delete the facts that name a key, so that no fact keeps its row any more. */
  String deleteFacts(String table, String key) {
    int position = List.copyOf(fixture.model.references.keySet()).indexOf(table);
    for (String facts : fixture.model.facts.keySet()) {
      fixture.sql.update(
          "delete from r.%s where %s = ?".formatted(facts, table.substring(0, 1)), key);
      fixture.model.facts.get(facts).removeIf(fact -> key.equals(fact.keys().get(position)));
    }
    return "facts that name %s %s are deleted by hand".formatted(table, key);
  }

  /** One of the few values that sources and people choose from; null: none. */
  String value() {
    int n = random.nextInt(4);
    return n == 0 ? null : "value " + n;
  }

  private static String literal(String value) {
    return value == null ? "null" : TableName.literal(value);
  }
}
