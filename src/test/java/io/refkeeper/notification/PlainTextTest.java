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
  void chineseCountsTwoColumnsAndItsNamesStayWhole() {
    assertThat(PlainText.wrap("年金计划 组合计划", 10, "", " ")).isEqualTo("年金计划\n 组合计划");
    assertThat(PlainText.wrap("no column 流失_含待遇支付 here", 20, "", " "))
        .isEqualTo("no column\n 流失_含待遇支付\n here");
    assertThat(PlainText.wrap("in mapping.年金计划: 36", 19, "", "  "))
        .isEqualTo("in\n  mapping.年金计划:\n  36");
  }

  @Test
  void chineseThatIsLongerThanALineBreaksAfterPunctuationElseAsItsTypesettingAllows() {
    assertThat(PlainText.wrap("年金计划组合计划", 10, "", " ")).isEqualTo("年金计划组\n 合计划");
    assertThat(PlainText.wrap("计划全称，客户名称，主拓", 16, "", " ")).isEqualTo("计划全称，\n 客户名称，主拓");
    assertThat(PlainText.wrap("岭南太湖能源，有限责任公司", 12, "", ""))
        .as("no line begins with a comma")
        .isEqualTo("岭南太湖能\n源，\n有限责任公司");
    assertThat(PlainText.wrap("see /var/年金/规模 now", 12, "", "")).isEqualTo("see\n/var/年金/规模\nnow");
    assertThat(PlainText.wrap("丈".repeat(200), 79, "", "").lines())
        .hasSize(6)
        .allMatch(line -> PlainText.width(line) <= 79);
  }

  @Test
  void aNoBreakSpaceHoldsItsWordsTogether() {
    assertThat(PlainText.wrap("key\u00a095% of\u00a0all", 8, "", "")).isEqualTo("key 95%\nof all");
  }
}
