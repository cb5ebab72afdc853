package io.refkeeper.ingest.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StrictTextReaderTest {

  private static final TextEncoding UTF_8 = new TextEncoding(StandardCharsets.UTF_8, 0, false);
  private static final String[] PIECES = {"a,1\n", "中石化", "é", "𠀀", "\ud7ff\ue000\uffff", "x"};

  @TempDir Path folder;
  private int files;

  /** What the JDK's strict decoder makes of it; null: it refuses it, or there is a NUL. */
  private static String expected(byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return text.indexOf('\0') < 0 ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private String actual(byte[] content) throws IOException {
    // a file written over is flushed to the disk by some file systems, a new one is not
    Path file = Files.write(folder.resolve("text" + files++), content);
    StringWriter text = new StringWriter();
    try (Reader reader = new StrictTextReader(file, UTF_8)) {
      reader.transferTo(text);
      return text.toString();
    } catch (StrictTextReader.FaultyTextException e) {
      return null;
    }
  }

  @Test
  void utf8IsReadAsTheJdkReadsItWhateverItsBytesAre() throws IOException {
    long seed = System.nanoTime();
    System.out.println("StrictTextReaderTest seed " + seed);
    Random random = new Random(seed);
    int faulty = 0;
    for (int round = 0; round < 400; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
      if (random.nextBoolean() && content.length > 0) {
        content[random.nextInt(content.length)] = (byte) random.nextInt(256);
      }
      String expected = expected(content);
      assertThat(actual(content)).as("seed %d round %d", seed, round).isEqualTo(expected);
      faulty += expected == null ? 1 : 0;
    }
    assertThat(faulty).isBetween(40, 300);
  }

  @Test
  void everyCharacterOfUnicodeIsRead() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        all.appendCodePoint(c);
      }
    }
    assertThat(actual(all.toString().getBytes(StandardCharsets.UTF_8)).equals(all.toString()))
        .isTrue();
  }

  @Test
  void everySequenceOfThreeBytesIsReadOrRefusedAsByTheJdk() throws IOException {
    for (int first = 0xc0; first < 0x100; first++) {
      for (int second : new int[] {0x2c, 0x80, 0x90, 0xa0, 0xbf}) {
        for (int third : new int[] {0x2c, 0x80}) {
          byte[] content = {'x', (byte) first, (byte) second, (byte) third, 'y'};
          assertThat(actual(content))
              .as("%x %x %x", first, second, third)
              .isEqualTo(expected(content));
        }
      }
    }
  }
}
