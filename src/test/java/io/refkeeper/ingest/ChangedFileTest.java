package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is written to while it is loaded, by somebody who hides it well. */
class ChangedFileTest {

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE"})
  void otherBytesOfTheSameSizeAndTimeAreNoticed(String charset) throws Exception {
    Path file = home.resolve("fact.csv");
    String text =
        Stream.concat(
                Stream.of("\ufeffn,t"), IntStream.range(0, 200_000).mapToObj(i -> i + ",abcdef"))
            .reduce(new StringBuilder(), (all, line) -> all.append(line).append('\n'), (a, b) -> a)
            .toString();
    Files.write(file, text.getBytes(charset));
    FileTime time = Files.getLastModifiedTime(file);
    AtomicBoolean changed = new AtomicBoolean();
    try (IngestFixture fixture = IngestFixture.withoutParents(home, 1_000)) {
      Delivery.Progress saboteur =
          (rows, bytes, total) -> {
            if (changed.compareAndSet(false, true)) {
              change(file, time);
            }
          };
      FileResult result = fixture.ingest(Delivery.of(file, null, false, false, saboteur));

      assertThat(result.status()).isEqualTo(FileResult.Status.REJECTED);
      assertThat(result.reasons())
          .extracting(r -> r.problem().code())
          .containsExactly("file_changed");
      assertThat(fixture.count("m.fact")).isZero();
      FileResult again =
          fixture.ingest(Delivery.of(file, null, false, false, Delivery.Progress.NONE));
      assertThat(again.loads().get(0).rowsLoaded()).isEqualTo(200_000);
    }
  }

  private static void change(Path file, FileTime time) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(bytes.length() - 4);
      bytes.write("Z".getBytes(StandardCharsets.US_ASCII));
      Files.setLastModifiedTime(file, time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
