package io.refkeeper.reference;

import io.refkeeper.database.TableName;

/**
 * Something that an account must be allowed to do for a kind of work.
 *
 * @param on what it is done to
 * @param verb as GRANT names it: SELECT, INSERT, UPDATE, DELETE, USAGE, TEMPORARY, EXECUTE
 */
record Privilege(Work work, Target on, String verb) {

  /** What accounts are for; the roles of {@code docker/sql/roles.sql}. */
  enum Work {
    LOAD("load", "load_run", "INSERT"),
    SYNC("sync", "sync_run", "INSERT"),
    SEND("send messages", "outbox", "UPDATE"),
    GOVERN("validate and expire", "validation_run", "INSERT");

    private final String words;
    private final Privilege first;

    Work(String words, String table, String verb) {
      this.words = words;
      this.first = new Privilege(this, Target.table("refkeeper", table), verb);
    }

    String words() {
      return words;
    }

    /** Without it the account was never meant to do this work. */
    Privilege first() {
      return first;
    }
  }

  /**
   * What a privilege is granted on.
   *
   * @param table null: the schema, or its function; all null: the database
   * @param column null: the whole table; of a lock on rows any column will do
   */
  record Target(String schema, String table, String function, String column, boolean anyColumn) {

    static final Target DATABASE = new Target(null, null, null, null, false);

    static Target schema(String schema) {
      return new Target(schema, null, null, null, false);
    }

    /** A function of a name that no other has. */
    static Target function(String schema, String function) {
      return new Target(schema, null, function, null, false);
    }

    static Target table(String schema, String table) {
      return new Target(schema, table, null, null, false);
    }

    static Target table(TableName table) {
      return table(table.schema(), table.name());
    }

    static Target column(TableName table, String column) {
      return new Target(table.schema(), table.name(), null, column, false);
    }

    /** To lock rows FOR KEY SHARE takes UPDATE on some column; this one is refkeeper's own. */
    static Target rowLock(TableName table) {
      return new Target(table.schema(), table.name(), null, "_needs_review", true);
    }

    /** Without the column. */
    Target whole() {
      return new Target(schema, table, function, null, false);
    }

    /** As messages name it; not the database, whose name only the server knows. */
    String place() {
      String name = table == null ? function : table;
      return name == null ? "schema " + schema : schema + "." + name;
    }

    /** As GRANT names it; not the database. */
    String sql() {
      String name = table == null ? function : table;
      String kind = name == null ? "schema " : function == null ? "" : "function ";
      return kind + (name == null ? TableName.quote(schema) : new TableName(schema, name).sql());
    }
  }
}
