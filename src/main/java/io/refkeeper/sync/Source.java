package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.SourceTypeProvider;
import io.refkeeper.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One type of source: the one class that a new type needs, beside its route {@code
 * direct:preload-WORD}. It is a bean of the routes by the name of its type ({@code http_api}:
 * {@code httpApiSource}), and leaves an iterator over the rows, maps by column name, as the body.
 * Runs of several tables may use it at once.
 */
public interface Source extends SourceTypeProvider {

  /** Called once, before anything else. */
  void open(SourceContext context);

  /** What its route needs beside the source itself, by bean name. */
  default Map<String, Object> beans() {
    return Map.of();
  }

  /** Whether a failure is this source's and not the target's. A {@link SourceFailure} always is. */
  default boolean made(Throwable failure) {
    return false;
  }

  /** What a failure that it made means; a {@link SourceFailure} says so itself. */
  default Problem explain(Throwable failure, TableRun run) {
    throw new IllegalStateException("Not made by " + type(), failure);
  }

  /** Lets go of what it holds for a table, whose attempt has failed; rows may be under way. */
  default void discard(TableRun run) {}

  /** Lets go of what it holds for a run, which has ended. */
  default void close(SyncRun run) {}

  /**
   * The rows of some keys, each as texts in the order of the target's key; asked for by loads.
   *
   * @throws SourceFailure when the source does not answer
   */
  default List<Map<String, ?>> find(TableRun run, List<List<String>> keys) {
    throw new IllegalStateException(type() + " cannot be asked for single keys");
  }

  /**
   * What a sync of the table would stumble over before its first row: a table or column that is not
   * there, a condition that means nothing. Asked for a source that {@link #probe} found nothing
   * wrong with; reads no rows.
   */
  default List<Problem> inspect(TableRun run) {
    return List.of();
  }

  /** What is wrong with a table's source now, if anything; takes some seconds at most. */
  default Optional<Problem> probe(ReferenceSource table) {
    return Optional.empty();
  }
}
