package io.refkeeper.ingest.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scanner over bytes and the parser over characters read every file alike. */
class RecordScannerTest {

  private static final String[] PIECES = {
    "a",
    "b7",
    "计划",
    "\"",
    "\"\"",
    "\"x,y\"",
    "\"line\nbreak\"",
    "\"q\"\"q\"",
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\\",
    "\u3000",
    "\u00a0",
    "é",
    "𠮷",
    "\0",
    "",
    "\"unclosed",
    "\"a\" b",
    "\"\n\n\n\""
  };

  @TempDir Path folder;

  @RepeatedTest(20)
  void randomTextIsReadAsTheParserReadsIt() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int file = 0; file < 100; file++) {
      StringBuilder text = new StringBuilder();
      int pieces = random.nextInt(60);
      // damage is rare in some files, so that much is read before it
      int kinds = random.nextBoolean() ? PIECES.length : 3 + random.nextInt(PIECES.length - 3);
      for (int i = 0; i < pieces; i++) {
        text.append(PIECES[random.nextInt(kinds)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      if (bytes.length > 0 && random.nextInt(10) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Path path = Files.write(folder.resolve("f.csv"), bytes);
      assertThat(TwoReaders.difference(path))
          .as("seed %d, file %d: %s", seed, file, text)
          .isEmpty();
    }
  }

  @Test
  void aRecordAcrossTheBuffersEndAndAFieldTooLongForIt() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      text.append(i)
          .append(",计划")
          .append(i)
          .append(i % 7 == 0 ? ",\"two\nlines\"" : ",x")
          .append('\n');
    }
    text.append("long,").append("y".repeat(400_000)).append(",z\nlast,1,2");
    Path path = Files.writeString(folder.resolve("long.csv"), text);
    assertThat(TwoReaders.difference(path)).isEmpty();
    assertThat(TwoReaders.rows(path)).isEqualTo(30_002);
  }
}
