package io.refkeeper.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * One file that somebody delivered, once. Names are data: {@code file} is where its bytes are,
 * {@code name} is only what people call it.
 *
 * @param id fresh for every delivery; the ledger's key
 * @param claim the folder that the claim moved it to; null: a file that stays where it is
 * @param domain load it into this domain only; null: by its name
 * @param received when it was claimed; names its place in the archive
 * @param attempts how many processes have tried to load it, this one included
 * @param dryRun do everything but commit
 * @param force load it although it was loaded before
 */
public record Delivery(
    UUID id,
    Path file,
    String name,
    Path claim,
    String domain,
    Instant received,
    int attempts,
    boolean dryRun,
    boolean force,
    Progress progress) {

  /** Hears how far a load is; called often, from the loading thread. */
  @FunctionalInterface
  public interface Progress {
    Progress NONE = (rows, bytesRead, totalBytes) -> {};

    void report(long rows, long bytesRead, long totalBytes);
  }

  /** The size of the file, in bytes. */
  long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that stays where it is: given on the command line. */
  public static Delivery of(
      Path file, String domain, boolean dryRun, boolean force, Progress progress) {
    return new Delivery(
        UUID.randomUUID(),
        file,
        file.getFileName().toString(),
        null,
        domain,
        Instant.now(),
        1,
        dryRun,
        force,
        progress);
  }
}
