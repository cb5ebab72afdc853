package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.demo.DemoTables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dhatim.fastexcel.Workbook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong files on the users' real configuration: each is refused whole, with its reason. */
class BadFileTest {

  private static final String HEADER = "月度,业务类型,计划类型,计划代码,组合代码,机构,流失(含待遇支付)\n";
  private static final String GOOD = "202510,企年投资,单一,P01,,北京,1\n";

  @TempDir private static Path home;
  private static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture =
        new IngestFixture(
            DemoTables.script(),
            ConfigurationLoader.load(Path.of("config"), name -> null),
            home,
            false);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Stream<Arguments> badFiles() throws IOException {
    return Stream.of(
        bad("annuity_performance_empty.csv", "", "empty_file", "The file is empty"),
        bad(
            "annuity_performance_header.csv",
            HEADER,
            "no_rows",
            "annuity_performance: the file has a header but no row; nothing was loaded"),
        bad(
            "annuity_performance_column.csv",
            "月度,业务类型,计划类型,组合代码,机构,流失(含待遇支付)\n202510,企年投资,单一,,北京,1\n",
            "missing_column",
            "The file lacks the column '计划代码'; it has" + " 月度, 业务类型, 计划类型, 组合代码, 机构, 流失(含待遇支付)"),
        bad(
            "annuity_performance_twice.csv",
            HEADER.replace("机构", "计划代码") + GOOD,
            "duplicate_header",
            "计划代码"),
        bad(
            "annuity_performance_nul.csv",
            HEADER + GOOD + "202510,企年投资,单一,P\0 2,,北京,1\n",
            "nul_character",
            "NUL"),
        bad(
            "annuity_performance_quote.csv",
            HEADER + GOOD + "202510,\"企年投资,单一,P02,,北京,1\n" + GOOD,
            "unbalanced_quote",
            "quote"),
        Arguments.of(
            "annuity_performance_bytes.csv",
            bytes(HEADER + GOOD, new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xff, '\n'}),
            "undecodable_text",
            ""),
        bad("unheard_of.csv", HEADER + GOOD, "no_domain", "No domain's file patterns match"),
        Arguments.of(
            "规模收入数据.xlsx",
            workbook("Sheet1"),
            "no_sheet",
            "The workbook has the sheets Sheet1, and none that the domains annuity_performance,"
                + " annuity_income want (规模明细, 收入明细); nothing was loaded"),
        bad(
            "规模收入数据_text.xlsx",
            HEADER + GOOD,
            "text_named_as_workbook",
            "The file's name ends in .xlsx, but its content is no workbook: it looks like text"),
        bad(
            "规模收入数据_html.xls.xlsx",
            "\n<html><table>",
            "text_named_as_workbook",
            "The file's name ends in .xlsx, but its content is no workbook: it looks like HTML"),
        Arguments.of(
            "annuity_performance_workbook.csv",
            workbook("规模明细"),
            "workbook_named_as_text",
            "The file's name ends in .csv, but its content is a workbook or another ZIP archive"),
        bad("规模收入数据_.xlsx", "PK\3\4 no workbook", "damaged_workbook", ""),
        Arguments.of(
            "规模收入数据_old.xlsx",
            new byte[] {
              (byte) 0xd0,
              (byte) 0xcf,
              0x11,
              (byte) 0xe0,
              (byte) 0xa1,
              (byte) 0xb1,
              0x1a,
              (byte) 0xe1,
              0
            },
            "old_excel_format",
            "The file is in the format of Excel 97-2003 (.xls)"));
  }

  private static Arguments bad(String name, String content, String code, String message) {
    return Arguments.of(name, content.getBytes(StandardCharsets.UTF_8), code, message);
  }

  private static byte[] bytes(String start, byte[] rest) {
    byte[] text = start.getBytes(StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(text, text.length + rest.length);
    System.arraycopy(rest, 0, all, text.length, rest.length);
    return all;
  }

  private static byte[] workbook(String sheet) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Workbook workbook = new Workbook(bytes, "test", "1.0")) {
      workbook.newWorksheet(sheet).value(0, 0, "月度");
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("badFiles")
  void aWrongFileIsRefusedWholeWithItsReasonAndLeavesNothingBehind(
      String name, byte[] content, String code, String message) throws IOException {
    Path file = Files.write(home.resolve(name), content);
    long rejectedBefore = rejections();

    FileResult result = fixture.ingest(file);

    assertThat(result.status()).isEqualTo(FileResult.Status.REJECTED);
    FileResult.Reason reason = result.reasons().get(0);
    assertThat(reason.code()).isEqualTo(code);
    assertThat(reason.message()).contains(message);
    assertThat(reason.place()).startsWith(name);
    assertThat(reason.remedy()).isNotBlank();
    assertThat(file).hasBinaryContent(content);
    assertThat(rejections()).isEqualTo(rejectedBefore + 1);
    assertThat(
            Stream.of(
                "business.\"规模明细\"",
                "business.\"收入明细\"",
                "mapping.\"年金计划\"",
                "mapping.\"组织架构\"",
                "refkeeper.quarantine",
                "refkeeper.derived_record",
                "refkeeper.audit_log"))
        .allSatisfy(table -> assertThat(fixture.count(table)).as(table).isZero());
  }

  private static long rejections() {
    return fixture.count("refkeeper.load_run where status = 'rejected' and not is_current");
  }
}
