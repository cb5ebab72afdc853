package io.refkeeper.fault;

import java.util.function.Consumer;

/**
 * The boundaries of the protocol that promises "exactly once": the instants at which a process, a
 * connection or a server may die. The fault harness of the tests makes it die there.
 *
 * <p>Off unless the JVM was started with {@code -Drefkeeper.crash-points=true}: then {@link #pass}
 * is a test of a constant, which the JIT compiler drops.
 */
public enum CrashPoint {
  CLAIM_WRITTEN("the claim's JSON is written, the file is still in the inbox"),
  FILE_CLAIMED("the file is renamed into the claim"),
  TABLES_LOCKED("the fact tables are locked"),
  FILE_HASHED("the content is hashed, unless that waits for the reading; nothing is written yet"),
  LEDGER_ENTERED("the ledger's row is inserted"),
  CHUNK_READ("the reader thread has read a chunk ahead"),
  KEYS_VERIFIED("a chunk's keys are verified, their parents locked"),
  SCOPES_DELETED("the replaced scopes' rows are deleted, the new ones not yet copied"),
  SAVEPOINT_SET("a savepoint is set, its COPY not begun"),
  ROWS_COPIED("rows are sent; their COPY may have ended"),
  ROWS_HELD("rows with unknown keys are held aside, perhaps on disk"),
  READ_TO_END("the file is read to its end, no parent is made yet"),
  PARENTS_INSERTED("the parents of one foreign key are inserted and locked"),
  BEFORE_QUARANTINE("rows are about to go to quarantine"),
  LEDGER_COMPLETED("a domain's counts are asserted and its ledger row is completed"),
  BEFORE_OUTBOX("everything is written but the messages"),
  BEFORE_COMMIT("everything is written"),
  COMMITTED("the load is committed, the file is still in its claim"),
  REPORT_WRITTEN("the report is in the archive or beside the rejected file, the file is not"),
  FILE_MOVED("the file is moved, its claim is still there"),
  FILE_ARCHIVED("the file is moved, its claim removed"),
  REJECTION_WRITTEN("a rejection is in the ledger and the outbox, not committed"),
  REJECTION_COMMITTED("a rejection is committed, its file is still in the claim"),
  CLAIM_TAKEN_OVER("a dead instance's claim is renamed to this one's, its attempt not counted"),
  ATTEMPT_COUNTED("the attempt to load a file is counted, nothing else is done"),
  MESSAGE_CLAIMED("the relay has claimed messages, none is sent"),
  MESSAGE_SENT("a message has reached its receiver and is not marked as sent"),
  RELEASE_LOCKED("a release has locked the fact table, no waiting row yet"),
  RELEASE_TAKEN("a release has locked waiting rows, nothing is written"),
  RELEASE_CLOSED("released rows are in the fact table and closed in quarantine, not counted"),
  BEFORE_RELEASE_COMMIT("everything of a release's portion is written"),
  RELEASE_COMMITTED("a release's portion is committed, its run not ended, nobody is told");

  private static final boolean ARMED = Boolean.getBoolean("refkeeper.crash-points");
  private static volatile Consumer<CrashPoint> visitor = point -> {};

  private final String meaning;

  CrashPoint(String meaning) {
    this.meaning = meaning;
  }

  /** What has happened when it is passed, and what has not. */
  public String meaning() {
    return meaning;
  }

  /** Called by the code that stands at this boundary. */
  public void pass() {
    if (ARMED) {
      visitor.accept(this);
    }
  }

  /**
   * Lets the harness act at each passing, on the thread that passes.
   *
   * @throws IllegalStateException when the crash points are off
   */
  public static void onPassing(Consumer<CrashPoint> action) {
    if (!ARMED) {
      throw new IllegalStateException("start the JVM with -Drefkeeper.crash-points=true");
    }
    visitor = action;
  }
}
