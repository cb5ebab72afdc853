package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.reader.SourceRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in memory is bounded by size, not by the number of rows alone. */
class MemoryBoundTest {

  @TempDir Path home;

  @Test
  void aChunkOfLongRowsIsShort() throws Exception {
    String[] lines =
        Stream.concat(
                Stream.of("n,t"),
                IntStream.range(0, 60).mapToObj(i -> i + "," + " x".repeat(150_000)))
            .toArray(String[]::new);
    AtomicInteger chunks = new AtomicInteger();
    try (IngestFixture fixture = IngestFixture.withoutParents(home, 10_000)) {
      Delivery delivery =
          Delivery.of(
              fixture.file("long.csv", lines),
              null,
              false,
              false,
              (rows, bytes, total) -> chunks.incrementAndGet());
      assertThat(fixture.ingest(delivery).loads().get(0).rowsLoaded()).isEqualTo(60);
    }
    assertThat(chunks.get()).isGreaterThan(3);
  }

  @Test
  void longRowsThatWaitAreOnDiskAndComeBackInOrder() throws IOException {
    String[] value = {"x".repeat(1 << 20)};
    List<Long> lines = new ArrayList<>();
    try (HeldRows held = new HeldRows(10_000, home.resolve("spill"))) {
      for (int line = 0; line < 12; line++) {
        held.add(List.of(new FactRow(new SourceRow(line, null, value, null), value)));
      }
      assertThat(home.resolve("spill")).as("made when it is needed").isDirectory();
      for (Iterator<List<FactRow>> groups = held.groups(5); groups.hasNext(); ) {
        groups.next().forEach(row -> lines.add(row.line()));
      }
    }
    assertThat(lines).isSorted().hasSize(12);
    try (Stream<Path> files = Files.list(home.resolve("spill"))) {
      assertThat(files).isEmpty();
    }
  }
}
