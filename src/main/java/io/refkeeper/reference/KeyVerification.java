package io.refkeeper.reference;

import io.refkeeper.database.Table.Column;
import java.sql.Array;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds which keys have a parent row and locks those rows, inside the caller's transaction.
 *
 * <p>The lock is what makes the answer last: a parent that was only looked at can be deleted by
 * another session before the fact that names it is stored.
 */
public final class KeyVerification {

  private final JdbcClient jdbc;

  public KeyVerification(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Locks the parents of the given keys {@code FOR KEY SHARE}, in key order (two loads that lock
   * the same parents in opposite orders would deadlock).
   *
   * @return the positions in {@code keys} that have a parent
   */
  public BitSet lockExisting(BoundForeignKey foreignKey, List<Object> keys) {
    String sql =
        """
        select w.n
        from %s
        join %s p on %s
        order by %s
        for key share of p
        """
            .formatted(
                KeySql.wanted(foreignKey.keyColumns().size()),
                KeySql.from(foreignKey),
                KeySql.match(foreignKey),
                KeySql.parentKey(foreignKey));
    BitSet found = new BitSet(keys.size());
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (String[] column : foreignKey.columnsOf(keys)) {
      statement = statement.param(column);
    }
    statement.query(
        row -> {
          found.set(row.getInt(1) - 1);
        });
    return found;
  }

  /** Whether the parent table has any row at all. */
  public boolean hasParents(BoundForeignKey foreignKey) {
    return jdbc.sql("select exists (select from %s)".formatted(foreignKey.parent().name().sql()))
        .query(Boolean.class)
        .single();
  }

  /** The active aliases among the given keys: wrong spelling to right key. */
  public Map<Object, Object> aliases(BoundForeignKey foreignKey, List<Object> keys) {
    String sql =
        """
        select w.n, a.target
        from %s
        join refkeeper.key_alias a
          on a.table_schema = ? and a.table_name = ? and a.retired_at is null
         and a.alias = array[%s]
        """
            .formatted(
                KeySql.wanted(foreignKey.keyColumns().size()),
                KeySql.names("w.k", foreignKey.keyColumns().size()));
    List<Object> params = new ArrayList<>(foreignKey.columnsOf(keys));
    params.add(foreignKey.parent().name().schema());
    params.add(foreignKey.parent().name().name());
    Map<Object, Object> aliases = new HashMap<>();
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (Object param : params) {
      statement = statement.param(param);
    }
    statement.query(
        row -> {
          Array target = row.getArray(2);
          aliases.put(
              keys.get(row.getInt(1) - 1),
              BoundForeignKey.key(List.of((String[]) target.getArray())));
        });
    return aliases;
  }

  /**
   * Groups keys that the database holds equal, such as 1.0 and 1, or two cases of a text under a
   * nondeterministic collation.
   *
   * @return for each key the position of the first key in its group; itself when alone
   */
  public int[] groups(BoundForeignKey foreignKey, List<Object> keys) {
    int[] leader = new int[keys.size()];
    for (int i = 0; i < leader.length; i++) {
      leader[i] = i;
    }
    if (!foreignKey.equalityIsTheDatabases()) {
      return leader;
    }
    List<String> typed = new ArrayList<>();
    for (int i = 0; i < foreignKey.keyColumns().size(); i++) {
      Column column = foreignKey.keyColumns().get(i);
      String collation = column.nondeterministicCollation();
      typed.add(
          !column.castCannotFail()
              ? "w.k%d".formatted(i + 1)
              : KeySql.typed(foreignKey, i) + (collation.isEmpty() ? "" : " collate " + collation));
    }
    String sql =
        "select w.n, min(w.n) over (partition by %s) as leader from %s"
            .formatted(String.join(", ", typed), KeySql.wanted(foreignKey.keyColumns().size()));
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (String[] column : foreignKey.columnsOf(keys)) {
      statement = statement.param(column);
    }
    statement.query(
        row -> {
          leader[row.getInt(1) - 1] = row.getInt(2) - 1;
        });
    return leader;
  }
}
