package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.database.copy.BinaryType;
import io.refkeeper.database.copy.EncodedRows;
import io.refkeeper.ingest.reader.SourceRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Rows come back from the disk as they were, in their order, as often as they are asked for. */
class HeldRowsTest {

  private static final String[] TEXTS = {
    "",
    "a",
    "计划",
    "𠮷",
    "x".repeat(127),
    "y".repeat(128),
    "\n",
    "a\\b\tc\r",
    "12.50",
    "z".repeat(300_000)
  };

  @TempDir Path folder;

  @RepeatedTest(5)
  void randomRowsComeBackAsTheyWere() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int width = random.nextInt(30);
    List<FactRow> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      rows.add(row(random, width));
    }
    int inMemory = random.nextBoolean() ? 10_000 : random.nextInt(100);
    RowEncoder encoder = encoder(random, width);
    EncodedRows expected = encoder.newRows();
    EncodedRows encoded = encoder.newRows();
    try (HeldRows held = new HeldRows(inMemory, folder)) {
      for (int from = 0; from < rows.size(); ) {
        int to = Math.min(rows.size(), from + 1 + random.nextInt(500));
        if (random.nextBoolean()) {
          held.add(rows.subList(from, to));
        } else {
          HeldBlock block = new HeldBlock();
          rows.subList(from, to).forEach(block::add);
          held.add(block);
        }
        from = to;
      }
      for (int time = 0; time < 2; time++) {
        HeldCursor back = held.cursor();
        for (int i = 0; i < rows.size(); i++) {
          assertThat(back.next()).isTrue();
          assertThat(texts(back.row()))
              .as("seed %d, row %d", seed, i)
              .isEqualTo(texts(rows.get(i)));
          expected.clear();
          encoder.encode(rows.get(i), expected);
          encoded.clear();
          encoder.encode(back, encoded);
          assertThat(copied(encoded)).as("seed %d, row %d", seed, i).isEqualTo(copied(expected));
        }
        assertThat(back.next()).isFalse();
      }
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  /** Of numerics some values are sent in the binary format, and those that are none as texts. */
  private static RowEncoder encoder(Random random, int width) {
    String loadId = random.nextBoolean() ? "7" : null;
    List<BinaryType> types =
        random
            .ints(width + (loadId == null ? 0 : 1), 0, 10)
            .mapToObj(i -> i == 0 ? BinaryType.NUMERIC : BinaryType.TEXT)
            .toList();
    return new RowEncoder(width, loadId, random.nextBoolean() ? types : List.of());
  }

  private static List<Object> copied(EncodedRows rows) throws SQLException {
    List<Object> all = new ArrayList<>();
    rows.send(
        (format, bytes, length, size) ->
            all.addAll(List.of(format, size, HexFormat.of().formatHex(bytes, 0, length))));
    return all;
  }

  /** Mostly copies of the source's values, at places that seldom change; ragged rows among them. */
  private static FactRow row(Random random, int width) {
    String[] source = new String[random.nextInt(20) == 0 ? random.nextInt(width + 1) : width];
    Arrays.setAll(source, i -> text(random));
    String[] values = new String[width];
    Arrays.setAll(
        values,
        i -> {
          int kind = random.nextInt(10);
          int from = (i * 7 + (kind == 9 ? random.nextInt(3) : 0)) % width;
          return kind == 0
              ? null
              : kind == 1 || from >= source.length ? text(random) : source[from];
        });
    String sheet = random.nextBoolean() ? null : "规模明细";
    return new FactRow(new SourceRow(random.nextLong() >>> 1, sheet, source, null), values);
  }

  private static String text(Random random) {
    int bound = random.nextInt(1_000) == 0 ? TEXTS.length : TEXTS.length - 1;
    return TEXTS[random.nextInt(bound)];
  }

  private static List<Object> texts(FactRow row) {
    return Arrays.asList(
        row.line(),
        row.source().sheet(),
        Arrays.asList(row.source().values()),
        Arrays.asList(row.values()));
  }
}
