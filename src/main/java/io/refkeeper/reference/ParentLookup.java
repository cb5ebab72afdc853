package io.refkeeper.reference;

import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import java.util.List;

/**
 * Asks the source of a reference table for parents that a load does not find ({@code
 * lookup_on_demand}).
 */
public interface ParentLookup {

  /** Whether the table's source may be asked for keys over these columns. */
  boolean covers(TableName parent, List<String> keyColumns);

  /** The most keys that one load may ask for, for each foreign key. */
  int mostKeys();

  /**
   * Asks for keys, and inserts the rows found, authoritative and audited, in the caller's
   * transaction. Rows that cannot be used are left out; a source that is away stops no load.
   *
   * @param keys each as texts in the order of {@code keyColumns}
   */
  Answer find(TableName parent, List<String> keyColumns, List<List<String>> keys, long loadRunId);

  /**
   * What became of it.
   *
   * @param inserted rows
   * @param failure why the source, or the table, did not take part; null: it did
   */
  record Answer(int inserted, Problem failure) {}
}
