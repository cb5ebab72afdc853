package io.refkeeper.database.embedded;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Both embedded servers, as the demo uses them; started at the same time. */
public record EmbeddedServers(EmbeddedPostgresServer postgres, EmbeddedMariaDb mariaDb)
    implements AutoCloseable {

  /** Starts both, or fails and leaves neither running. Interrupting it does the same. */
  public static EmbeddedServers start(Path data, Path binaries) {
    CompletableFuture<EmbeddedMariaDb> second =
        CompletableFuture.supplyAsync(() -> EmbeddedMariaDb.start(data, binaries));
    EmbeddedPostgresServer first;
    try {
      first = EmbeddedPostgresServer.start(data, binaries);
    } catch (RuntimeException e) {
      second.thenAccept(EmbeddedMariaDb::close).exceptionally(alsoFailed -> null).join();
      throw e;
    }
    try {
      return new EmbeddedServers(first, second.join());
    } catch (CompletionException e) {
      first.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /**
   * Deletes the data of both, for a fresh start; stops servers that killed processes have left.
   *
   * @throws io.refkeeper.problem.ProblemException when a process uses one of them
   */
  public static void discard(Path data, Path binaries) {
    EmbeddedPostgresServer.discard(data, binaries);
    EmbeddedMariaDb.discard(data, binaries);
  }

  @Override
  public void close() {
    try {
      mariaDb.close();
    } finally {
      postgres.close();
    }
  }
}
