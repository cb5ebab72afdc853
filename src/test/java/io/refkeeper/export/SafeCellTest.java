package io.refkeeper.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeCellTest {

  @ParameterizedTest
  @ValueSource(strings = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"})
  void whatBeginsLikeAFormulaIsMarkedAsText(String prefix) {
    assertThat(SafeCell.of(prefix)).isEqualTo("'" + prefix);
    assertThat(SafeCell.of(prefix + "HYPERLINK(\"http://x\")"))
        .isEqualTo("'" + prefix + "HYPERLINK(\"http://x\")");
    assertThat(SafeCell.of("a" + prefix)).isEqualTo("a" + prefix);
  }

  @Test
  void everythingElseIsLeftAsItIs() {
    assertThat(SafeCell.of("企年受托")).isEqualTo("企年受托");
    assertThat(SafeCell.of(42)).isEqualTo("42");
    assertThat(SafeCell.of(-42)).isEqualTo("'-42");
    assertThat(SafeCell.of("")).isEmpty();
    assertThat(SafeCell.of(null)).isEmpty();
  }

  @Test
  void everyCellOfAFileIsSafeAlsoThoseThatNeedQuotes() throws Exception {
    StringWriter out = new StringWriter();
    try (SpreadsheetCsv csv = SpreadsheetCsv.forExcel(out)) {
      csv.row(Arrays.asList("=1", "a,b", null, "say \"hi\"", "\n=2"));
    }
    assertThat(out).hasToString("\uFEFF'=1,\"a,b\",,\"say \"\"hi\"\"\",\"'\n=2\"\r\n");
  }
}
