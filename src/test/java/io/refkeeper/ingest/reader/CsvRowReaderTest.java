package io.refkeeper.ingest.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.config.Domain.FileFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRowReaderTest {

  private static final FileFormat AUTO = new FileFormat("auto", "auto", 1);
  private static final String CHINESE = "月度,计划代码\n202510,中石化\n202511,（空白）\n";

  @TempDir Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("facts.csv"), content);
  }

  private List<SourceRow> read(byte[] content, FileFormat format) throws IOException {
    List<SourceRow> rows = new ArrayList<>();
    try (RowReader reader = RowReaders.open(file(content), format, List.of())) {
      for (SourceRow row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private List<SourceRow> read(String content) throws IOException {
    return read(content.getBytes(StandardCharsets.UTF_8), AUTO);
  }

  private List<String> header(String content, FileFormat format) throws IOException {
    try (RowReader reader =
        RowReaders.open(file(content.getBytes(StandardCharsets.UTF_8)), format, List.of())) {
      return reader.header();
    }
  }

  private static byte[] concat(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return all.toByteArray();
  }

  private void assertChinese(byte[] content) throws IOException {
    List<SourceRow> rows = read(content, AUTO);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).values()).containsExactly("202510", "中石化");
    assertThat(rows.get(1).values()).containsExactly("202511", "（空白）");
    try (RowReader reader = RowReaders.open(folder.resolve("facts.csv"), AUTO, List.of())) {
      assertThat(reader.header()).containsExactly("月度", "计划代码");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "GB18030", "GBK", "UTF-16LE", "UTF-16BE"})
  void aFileIsReadInTheEncodingThatItHas(String charset) throws IOException {
    assertChinese(CHINESE.getBytes(Charset.forName(charset)));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstColumn() throws IOException {
    assertChinese(
        concat(
            new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
            CHINESE.getBytes(StandardCharsets.UTF_8)));
    assertChinese(
        concat(new byte[] {(byte) 0xff, (byte) 0xfe}, CHINESE.getBytes(StandardCharsets.UTF_16LE)));
    assertChinese(
        concat(new byte[] {(byte) 0xfe, (byte) 0xff}, CHINESE.getBytes(StandardCharsets.UTF_16BE)));
  }

  @Test
  void aByteOrderMarkIsSkippedAlsoWhenTheCharsetIsNamed() throws IOException {
    byte[] content =
        concat(
            new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
            CHINESE.getBytes(StandardCharsets.UTF_8));
    try (RowReader reader =
        RowReaders.open(file(content), new FileFormat("UTF-8", ",", 1), List.of())) {
      assertThat(reader.header()).containsExactly("月度", "计划代码");
    }
  }

  @Test
  void anEncodingThatDiffersOnlyAtTheEndIsFound() throws IOException {
    String ascii = "a,b\n" + "1,2\n".repeat(200_000);
    List<SourceRow> rows = read((ascii + "中,文\n").getBytes("GB18030"), AUTO);
    assertThat(rows.get(200_000).values()).containsExactly("中", "文");
  }

  @Test
  void oneDamagedByteInAChineseUtf8FileIsNotTakenForAnotherEncoding() throws IOException {
    byte[] content = "月度,计划代码\n2025,中国石化集团\n2026,ok\n".getBytes(StandardCharsets.UTF_8);
    content[content.length - 2] = (byte) 0xff;
    assertThatThrownBy(() -> read(content, AUTO))
        .isInstanceOf(FileRejectedException.class)
        .hasMessage(
            "facts.csv, line 3, column 7: The bytes at offset 50 are no UTF-8 - save the file as"
                + " UTF-8, or name its charset in the domain's format");
  }

  @Test
  void bytesOfNoEncodingAreRefusedWithTheirPlace() {
    byte[] content = {'a', ',', 'b', '\n', '1', ',', (byte) 0xff, (byte) 0xff, '\n'};
    assertThatThrownBy(() -> read(content, AUTO))
        .hasMessage(
            "facts.csv, line 2, column 3: The bytes at offset 6 are no UTF-8, UTF-16 or GB18030 -"
                + " save the file as UTF-8, or name its charset in the domain's format");
  }

  @Test
  void aNulIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> read("计划,b\r\n" + "1,2\r\n".repeat(100) + "1,x\0y\r\n"))
        .hasMessage(
            "facts.csv, line 102, column 4: The file contains a NUL character at offset 513 - the"
                + " file is damaged, or no text; deliver it again");
  }

  @Test
  void anUnknownCharsetIsNamed() {
    byte[] content = "a\n1\n".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(content, new FileFormat("UTF-88", "auto", 1)))
        .hasMessage(
            "facts.csv: There is no charset 'UTF-88' - correct format.charset of the domain, for"
                + " example UTF-8 or GB18030");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {"comma ! ,", "semicolon ! ;", "bar ! |"})
  void theDelimiterIsGuessedFromHeaderAndLines(String name, String delimiter) throws IOException {
    String content = "a%b%c\n1%'x,y;z|w'%3\n2%3,4%\n".replace("%", delimiter).replace("'", "\"");
    assertThat(header(content, AUTO)).as(name).containsExactly("a", "b", "c");
    assertThat(read(content).get(0).values()).containsExactly("1", "x,y;z|w", "3");
  }

  @Test
  void tabsAreGuessedAlsoBelowATitle() throws IOException {
    String content = "规模明细, 2025年10月, 单位: 元\n\na\tb\tc\n1,000\t2\t3\n";
    FileFormat format = new FileFormat("auto", "auto", 3);
    assertThat(header(content, format)).containsExactly("a", "b", "c");
    List<SourceRow> rows = read(content.getBytes(StandardCharsets.UTF_8), format);
    assertThat(rows.get(0).values()).containsExactly("1,000", "2", "3");
    assertThat(rows.get(0).line()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void lineNumbersArePhysicalAlsoAfterQuotedLineBreaksAndEmptyLines(String end) throws IOException {
    String content = "a,b~1,'x~y~z'~~2,b~,~'q~',c~3,d".replace("~", end).replace("'", "\"");
    List<SourceRow> rows = read(content);
    assertThat(rows).extracting(SourceRow::line).containsExactly(2L, 6L, 8L, 10L);
    assertThat(rows.get(0).values()).containsExactly("1", "x" + end + "y" + end + "z");
  }

  @Test
  void raggedRowsArePassedOnAsTheyAre() throws IOException {
    List<SourceRow> rows = read("a,b,c\n1\n1,2,3,4\n");
    assertThat(rows.get(0).values()).containsExactly("1");
    assertThat(rows.get(1).values()).containsExactly("1", "2", "3", "4");
  }

  @Test
  void headersAreTrimmedAndNormalisedAndTrailingBlankOnesDropped() throws IOException {
    assertThat(header("\u3000Café ,b,,\n1,2,,\n", AUTO)).containsExactly("Café", "b");
    assertThat(header("Cafe\u0301,b\n1,2\n", AUTO)).containsExactly("Café", "b");
  }

  @Test
  void duplicateHeadersAreRefusedNamingBothColumns() {
    assertThatThrownBy(() -> read("Café,b, Cafe\u0301 \n1,2,3\n"))
        .hasMessage(
            "facts.csv, line 1: Columns 1 and 3 are both named 'Café' - rename one of them");
  }

  @Test
  void aQuoteThatWouldSwallowTheFileIsRefusedWhereItOpens() {
    String rows = "1,2\n".repeat(1000);
    String message =
        "facts.csv, line 3, column 3: A quote opens here and is not closed within 1048576"
            + " characters or 1000 lines - close the quote; write a quote inside a quoted field twice";
    assertThatThrownBy(() -> read("a,b\n1,\"x\"\"y\"\n2,\"swallow\n" + rows)).hasMessage(message);
    assertThatThrownBy(
            () ->
                read(
                    "a,b\n1,\"x\n".replace("x\n", "x\"\n")
                        + "2,\"\"\"s\n"
                        + "1,2\n".repeat(900_000)))
        .hasMessage(message);
  }

  @Test
  void textAfterAClosingQuoteIsRefused() {
    assertThatThrownBy(() -> read("a,b\n1,\"x\n2,3\n4,\"y\",5\n"))
        .hasMessage(
            "facts.csv, line 4, column 4: Text follows the closing quote of the field that opens in"
                + " line 2, column 3 - write a quote inside a quoted field twice, and nothing after"
                + " a closing quote");
  }

  @Test
  void aFieldOfTenMegabytesIsRefused() {
    assertThatThrownBy(() -> read("a,b\n1," + "x".repeat(10_000_000) + "\n"))
        .isInstanceOf(FileRejectedException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void sixteenThousandColumnsAreReadAndOneMoreRefused() throws IOException {
    String row = "1" + ",1".repeat(16_383);
    assertThat(read("a\n" + row + "\n").get(0).values()).hasSize(16_384);
    assertThatThrownBy(() -> read("a\n" + row + ",1\n"))
        .hasMessage(
            "facts.csv, line 2: The record has more than 16384 fields - check the delimiter, and"
                + " the line breaks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n\n", " \r\n", "\ufeff", ",,\n,,\n"})
  void aFileWithoutAnyTextIsRefused(String content) {
    assertThatThrownBy(() -> read(content))
        .hasMessage("facts.csv: The file holds no line of text - deliver it again");
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> read(""))
        .hasMessage("facts.csv: The file is empty - deliver it again");
  }

  @Test
  void aHeaderAloneIsAFileWithoutRows() throws IOException {
    assertThat(read("a,b")).isEmpty();
    assertThat(header("a,b", AUTO)).containsExactly("a", "b");
  }

  @Test
  void aHeaderRowBeyondTheEndIsRefused() {
    byte[] content = "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(content, new FileFormat("auto", "auto", 9)))
        .hasMessage(
            "facts.csv: The file ends before line 9, where its header should be - correct"
                + " format.header_row of the domain, or the file");
  }

  @Test
  void withoutHeaderRowTheFirstLineIsData() throws IOException {
    FileFormat format = new FileFormat("auto", "auto", 0);
    assertThat(read("1,2\n3,4\n".getBytes(StandardCharsets.UTF_8), format)).hasSize(2);
    assertThat(header("1,2\n", format)).isEmpty();
  }

  @Test
  void progressEndsAtTheTotal() throws IOException {
    Path file = file("a,b\n1,2\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    try (RowReader reader = RowReaders.open(file, AUTO, List.of())) {
      while (reader.next() != null) {
        assertThat(reader.bytesRead()).isBetween(1L, reader.totalBytes());
      }
      assertThat(reader.bytesRead()).isEqualTo(Files.size(file));
    }
  }

  @Test
  void whateverIsWrittenIsReadBack() throws IOException {
    long seed = System.nanoTime();
    System.out.println("CsvRowReaderTest seed " + seed);
    Random random = new Random(seed);
    String[] ends = {"\n", "\r\n", "\r"};
    String[] charsets = {"UTF-8", "GB18030", "UTF-16LE"};
    String alphabet = "ab1 ,\"\n\r;|\t中，（€𠀀'";
    int[] characters = alphabet.codePoints().toArray();
    for (int round = 0; round < 200; round++) {
      int columns = 1 + random.nextInt(6);
      String end = ends[random.nextInt(ends.length)];
      StringBuilder text = new StringBuilder("head");
      text.append(",x".repeat(columns - 1).replace("x", "列")).append(end);
      List<String[]> written = new ArrayList<>();
      for (int r = 0; r < 50; r++) {
        String[] values = new String[columns];
        for (int c = 0; c < columns; c++) {
          StringBuilder value = new StringBuilder(c == 0 ? "k" : "");
          for (int i = random.nextInt(8); i > 0; i--) {
            value.appendCodePoint(characters[random.nextInt(characters.length)]);
          }
          values[c] = value.toString();
        }
        written.add(values);
        text.append(new SourceRow(1, null, values, null).originalText()).append(end);
      }
      String header = uniqueHeader(columns);
      text.replace(0, text.indexOf(end), header);
      FileFormat format = new FileFormat(charsets[random.nextInt(3)], ",", 1);
      List<SourceRow> rows =
          read(text.toString().getBytes(Charset.forName(format.charset())), format);
      assertThat(rows).as("seed %d round %d", seed, round).hasSize(50);
      for (int r = 0; r < 50; r++) {
        assertThat(rows.get(r).values())
            .as("seed %d round %d row %d", seed, round, r)
            .containsExactly(written.get(r));
      }
    }
  }

  private static String uniqueHeader(int columns) {
    StringBuilder header = new StringBuilder("c0");
    for (int i = 1; i < columns; i++) {
      header.append(",c").append(i);
    }
    return header.toString();
  }
}
