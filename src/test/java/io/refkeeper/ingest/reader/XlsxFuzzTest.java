package io.refkeeper.ingest.reader;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a workbook holds, it gives rows or a rejection. The fuzzer changes either the zip file
 * or, because it would never find its way through the packing, the parts: a text in which a line
 * {@code @name} begins each part, {@code @1} to {@code @5} being those that are in any workbook.
 */
class XlsxFuzzTest {

  private static final Map<String, String> NAMES =
      Map.of(
          "1", "xl/worksheets/sheet1.xml",
          "2", "xl/sharedStrings.xml",
          "3", "xl/styles.xml",
          "4", "xl/workbook.xml",
          "5", "xl/_rels/workbook.xml.rels");

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void anyWorkbookGivesRowsOrARejection(byte[] content) throws IOException {
    FuzzedFile.read(content.length > 0 && content[0] == '@' ? workbook(content) : content);
  }

  private static byte[] workbook(byte[] content) {
    XlsxFile workbook = new XlsxFile().sheet("s", "");
    for (String part : new String(content, StandardCharsets.ISO_8859_1).split("(^|\n)@")) {
      int line = part.indexOf('\n');
      if (line > 0) {
        String name = NAMES.getOrDefault(part.substring(0, line), part.substring(0, line));
        workbook.part(name, part.substring(line + 1).getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return workbook.bytes();
  }

  static Stream<byte[]> seeds() {
    return FuzzedFile.seeds(true).flatMap(zip -> Stream.concat(Stream.of(zip), parts(zip)));
  }

  /** A zip file as the text that {@link #workbook} reads; none when it is large, or damaged. */
  private static Stream<byte[]> parts(byte[] zip) {
    Map<String, byte[]> entries = OddZip.entries(zip, FuzzedFile.MAX_SEED);
    StringBuilder text = new StringBuilder();
    NAMES.forEach(
        (number, name) -> {
          byte[] part = entries.get(name);
          if (part != null) {
            String content = new String(part, StandardCharsets.ISO_8859_1);
            text.append("@").append(number).append("\n").append(content).append("\n");
          }
        });
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    return bytes.length > FuzzedFile.MAX_SEED ? Stream.empty() : Stream.of(bytes);
  }
}
