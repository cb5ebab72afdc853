package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.XlsxFile.number;
import static io.refkeeper.ingest.reader.XlsxFile.row;
import static io.refkeeper.ingest.reader.XlsxFile.styled;
import static io.refkeeper.ingest.reader.XlsxFile.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.config.Domain.FileFormat;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the cells and sheets of a workbook are read as. */
class XlsxRowReaderTest extends XlsxFixture {

  /** The cells of one row below a header of ten columns. */
  private SourceRow cells(XlsxFile workbook, String... cells) throws IOException {
    workbook.sheet("s", row(1, text("a"), text("b")) + row(2, cells)).write(file);
    return read(1).get(0);
  }

  @Test
  void titleRowsAboveTheHeaderAndBlankRowsAreSkippedAndRowNumbersAreThoseOfExcel()
      throws IOException {
    new XlsxFile()
        .sheet(
            "规模明细",
            row(1, text("2025年10月规模明细"))
                + row(3, text(" 月度 "), text("计划代码"), "<c/>", text(" "))
                + row(4, number("202510"), text("A1"))
                + row(5, text(" "), "<c/>")
                + row(9, "<c r='B9' t='inlineStr'><is><t>A2</t></is></c>"))
        .write(file);
    List<SourceRow> rows = read(3);
    assertThat(rows).extracting(SourceRow::line).containsExactly(4L, 9L);
    assertThat(rows.get(0).sheet()).isEqualTo("规模明细");
    assertThat(rows.get(0).values()).containsExactly("202510", "A1");
    assertThat(rows.get(1).values()).containsExactly("", "A2");
    try (RowReader reader = RowReaders.open(file, new FileFormat("auto", "auto", 3), List.of())) {
      assertThat(reader.header()).containsExactly("月度", "计划代码");
    }
  }

  @Test
  void numbersKeepTheFilesDigitsWithoutExponentOrPointZero() throws IOException {
    SourceRow row =
        cells(
            new XlsxFile(),
            number("0.30000000000000004"),
            number("5.0"),
            number("1.25E+3"),
            number("2.0251E5"),
            number("1E-7"),
            number("-0.5"),
            number("1E999999999"));
    assertThat(row.values())
        .containsExactly(
            "0.30000000000000004", "5", "1250", "202510", "0.0000001", "-0.5", "1E999999999");
  }

  @Test
  void numbersShownAsDatesBecomeIsoText() throws IOException {
    XlsxFile workbook =
        new XlsxFile()
            .formats(
                "0",
                "14",
                "57",
                "yyyy\"年\"m\"月\"",
                "[$-804]yyyy/m/d h:mm",
                "h:mm:ss",
                "[h]:mm",
                "#,##0.00_);[Red](#,##0.00)",
                "General\"day\"");
    SourceRow row =
        cells(
            workbook,
            styled(0, "45931"),
            styled(1, "45931"),
            styled(2, "45931"),
            styled(3, "45931"),
            styled(4, "45931.5625"),
            styled(5, "0.5"),
            styled(6, "1.5"),
            styled(7, "45931.25"),
            styled(8, "45931"));
    assertThat(row.values())
        .containsExactly(
            "45931",
            "2025-10-01",
            "2025-10-01",
            "2025-10-01",
            "2025-10-01 13:30:00",
            "12:00:00",
            "1.5",
            "45931.25",
            "45931");
  }

  @Test
  void theLeapDayThatExcelInventedIsNoDate() throws IOException {
    SourceRow row =
        cells(
            new XlsxFile().formats("14"),
            styled(0, "1"),
            styled(0, "59"),
            styled(0, "60"),
            styled(0, "61"),
            styled(0, "2958465"),
            styled(0, "2958466"));
    assertThat(row.values())
        .containsExactly("1900-01-01", "1900-02-28", "60", "1900-03-01", "9999-12-31", "2958466");
  }

  @Test
  void aWorkbookOfTheOldMacCountsFrom1904() throws IOException {
    assertThat(cells(new XlsxFile().formats("14").date1904(), styled(0, "44469")).values())
        .containsExactly("2025-10-01");
  }

  @Test
  void formulasGiveTheirStoredValueAndOnesWithoutAreErrors() throws IOException {
    SourceRow row =
        cells(
            new XlsxFile(),
            "<c><f>A1+1</f><v>42</v></c>",
            "<c t='str'><f>A1&amp;B1</f><v>ab</v></c>",
            "<c><f>A1*2</f></c>",
            "<c t='b'><v>1</v></c>",
            "<c t='e'><f>NA()</f><v>#N/A</v></c>",
            "<c t='str'><f>\"\"</f><v></v></c>",
            number("7"));
    assertThat(row.values())
        .containsExactly("42", "ab", "(formula without a stored value)", "true", "#N/A", "", "7");
    assertThat(row.errorCells().stream().boxed()).containsExactly(2, 4);
    assertThat(row.isError(4)).isTrue();
  }

  @Test
  void sharedTextsJoinTheirRunsAndLeaveOutReadingAids() throws IOException {
    XlsxFile workbook =
        new XlsxFile()
            .strings(
                "<si><t>plain</t></si>",
                "<si><r><t>企年</t></r><r><rPr/><t>受托</t></r><rPh><t>qi</t></rPh></si>",
                "<si><t>a_x000D_b_x005F_x_xZZZZ_ &amp; <![CDATA[<c>]]></t></si>");
    SourceRow row =
        cells(
            workbook,
            "<c t='s'><v>1</v></c>",
            "<c t='s'><v>0</v></c>",
            "<c t='s'><v>2</v></c>",
            "<c t='inlineStr'><is><r><t>x</t></r><r><t>y</t></r></is></c>");
    assertThat(row.values()).containsExactly("企年受托", "plain", "a\rb_x_xZZZZ_ & <c>", "xy");
    assertThat(row.originalText()).isEqualTo("企年受托,plain,\"a\rb_x_xZZZZ_ & <c>\",xy");
  }

  @Test
  void sheetsAreFoundByNameOrIndexAndSeveralAreReadAsOne() throws IOException {
    String header = row(1, text("a"), text("b"));
    new XlsxFile()
        .sheet("一月", header + row(2, number("1")))
        .sheet("二月", header + row(2, number("2")) + row(3, number("3")))
        .sheet("other", row(1, text("z")))
        .write(file);
    assertThat(RowReaders.sheetNames(file)).containsExactly("一月", "二月", "other");
    assertThat(read(1)).extracting(r -> r.values()[0]).containsExactly("1");
    assertThat(read(1, "二月")).extracting(r -> r.values()[0]).containsExactly("2", "3");
    assertThat(read(1, "1")).extracting(r -> r.values()[0]).containsExactly("2", "3");
    assertThat(read(1, "一月", "二月"))
        .extracting(r -> r.sheet() + r.line() + "=" + r.values()[0])
        .containsExactly("一月2=1", "二月2=2", "二月3=3");
    assertThatThrownBy(() -> read(1, "三月"))
        .hasMessage(
            "facts.xlsx: The workbook has no sheet '三月'; it has '一月', '二月', 'other' - rename"
                + " the sheet, or correct 'sheet' of the domain");
    assertThatThrownBy(() -> read(1, "一月", "other"))
        .hasMessage(
            "facts.xlsx, sheet other, row 1: The sheet's columns are [z], those of the sheet before"
                + " it [a, b] - give both sheets the same columns in the same order");
  }

  @Test
  void theLastColumnOfExcelIsRead() throws IOException {
    new XlsxFile()
        .sheet("s", row(1, text("a")) + "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")
        .write(file);
    assertThat(read(1).get(0).values()).hasSize(16_384).endsWith("1");
  }
}
