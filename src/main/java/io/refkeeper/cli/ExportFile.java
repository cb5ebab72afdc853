package io.refkeeper.cli;

import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where an export goes: a file, which is there whole or not at all, or standard output. */
final class ExportFile {

  /** Writes text; may close the writer. */
  @FunctionalInterface
  interface Content {
    long write(Writer out) throws IOException;
  }

  private ExportFile() {}

  /**
   * Writes a file in UTF-8, over one of that name.
   *
   * @return what the content says it has written
   * @throws ProblemException when it cannot be written; what was there is untouched
   */
  static long write(Path file, Content content) {
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      long written;
      try (Writer out =
          new BufferedWriter(
              new OutputStreamWriter(Files.newOutputStream(part), StandardCharsets.UTF_8))) {
        written = content.write(out);
      }
      Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
      return written;
    } catch (IOException | UncheckedIOException e) {
      throw notWritten(file, e);
    } finally {
      discard(part);
    }
  }

  /** Writes to standard output, which stays open. */
  static long write(PrintWriter out, Content content) {
    try {
      return content.write(
          new FilterWriter(out) {
            @Override
            public void close() throws IOException {
              flush();
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      out.flush();
    }
  }

  private static ProblemException notWritten(Path file, Exception cause) {
    return new ProblemException(
        new Problem(
            "file_not_written",
            "The file cannot be written: " + FileFailure.reason(cause),
            file.toString(),
            "name another one, or mend the folder; a file that was there is as it was"),
        cause);
  }

  private static void discard(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // it is named .part, and the failure that matters is told
    }
  }
}
