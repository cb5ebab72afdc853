package io.refkeeper.notification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

  @Test
  void longTextIsWrappedAtSpacesWithAHangingIndent() {
    assertThat(PlainText.wrap("one two three four", 9, "- ", "  "))
        .isEqualTo("- one two\n  three\n  four");
  }

  @Test
  void lineBreaksOfADriverBecomeSpacesAndPathsStayWhole() {
    assertThat(PlainText.wrap("Link failure\n\n\tsee /var/lib/a/very/long/path now", 16, "", "  "))
        .isEqualTo("Link failure see\n  /var/lib/a/very/long/path\n  now");
  }

  @Test
  void chineseCountsTwoColumnsAndBreaksAnywhere() {
    assertThat(PlainText.wrap("年金计划 组合计划", 10, "", " ")).isEqualTo("年金计划\n 组合计划");
    assertThat(PlainText.wrap("年金计划组合计划", 10, "", " ")).isEqualTo("年金计划组\n 合计划");
  }

  @Test
  void aNoBreakSpaceHoldsItsWordsTogether() {
    assertThat(PlainText.wrap("key\u00a095% of\u00a0all", 8, "", "")).isEqualTo("key 95%\nof all");
  }
}
