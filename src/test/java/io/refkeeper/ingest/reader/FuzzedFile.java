package io.refkeeper.ingest.reader;

import io.refkeeper.config.Domain.FileFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the fuzzers of both readers share. */
final class FuzzedFile {

  /** The fuzzer makes no longer inputs. */
  static final int MAX_SEED = 4096;

  private static final FileFormat AUTO = new FileFormat("auto", "auto", 1);
  private static final Path FILE = temporary();

  private FuzzedFile() {}

  /** Reads a file of these bytes to its end; only a rejection may end it before. */
  static void read(byte[] content) throws IOException {
    try (RowReader reader = RowReaders.open(write(content), AUTO, List.of())) {
      long line = 0;
      for (SourceRow row = reader.next(); row != null; row = reader.next()) {
        if (row.line() <= line) {
          throw new IllegalStateException("Line " + row.line() + " comes after line " + line);
        }
        line = row.line();
        row.originalText();
        if (Arrays.stream(row.values()).anyMatch(value -> value.indexOf('\0') >= 0)) {
          throw new IllegalStateException("A NUL in line " + line);
        }
      }
      if (reader.next() != null) {
        throw new IllegalStateException("A row after the end");
      }
    } catch (FileRejectedException e) {
      if (e.problems().isEmpty() || e.getMessage().isBlank()) {
        throw new IllegalStateException("A rejection without a reason", e);
      }
    }
  }

  /** Writes the bytes to a file that is always the same. */
  static Path write(byte[] content) throws IOException {
    Files.delete(FILE); // a file written over is flushed to the disk by some file systems
    return Files.write(FILE, content);
  }

  /** The hostile files that are small enough: the zip files, or the others. */
  static Stream<byte[]> seeds(boolean zip) {
    return HostileFile.ALL.stream()
        .map(HostileFile::content)
        .filter(content -> content.length <= MAX_SEED)
        .filter(content -> zip == (content.length > 1 && content[0] == 'P' && content[1] == 'K'));
  }

  private static Path temporary() {
    try {
      Path file = Files.createTempFile("fuzzed", "");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
