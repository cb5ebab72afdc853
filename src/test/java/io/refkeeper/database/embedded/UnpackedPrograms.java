package io.refkeeper.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The programs of the embedded servers, unpacked once for all tests: it takes seconds. */
public final class UnpackedPrograms {

  static final Path FOLDER = Path.of("target", "binaries").toAbsolutePath();

  private UnpackedPrograms() {}

  /** Lets the servers of a new data folder use them instead of some of their own. */
  public static void linkInto(Path data) throws IOException {
    Binaries.postgres(FOLDER);
    Binaries.mariaDb(FOLDER);
    Files.createSymbolicLink(Files.createDirectories(data).resolve("binaries"), FOLDER);
  }
}
