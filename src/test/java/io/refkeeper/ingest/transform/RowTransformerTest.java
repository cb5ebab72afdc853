package io.refkeeper.ingest.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.config.ColumnRule.Otherwise;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.Aggregation;
import io.refkeeper.config.ForeignKeyRule.AggregationType;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.ingest.transform.TransformedRow.Bad;
import io.refkeeper.ingest.transform.TransformedRow.Filtered;
import io.refkeeper.ingest.transform.TransformedRow.Loadable;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowTransformerTest {

  private static SourceRow row(String... values) {
    return new SourceRow(7, null, values, null);
  }

  private static String[] loaded(RowTransformer transformer, String... values) {
    TransformedRow row = transformer.transform(row(values));
    assertThat(row).isInstanceOf(Loadable.class);
    assertThat(row.line()).isEqualTo(7);
    return ((Loadable) row).values();
  }

  private static Bad bad(RowTransformer transformer, String... values) {
    TransformedRow row = transformer.transform(row(values));
    assertThat(row).isInstanceOf(Bad.class);
    return (Bad) row;
  }

  private static BackfillColumn derived(String source, Aggregation aggregation, boolean optional) {
    return new BackfillColumn(source, "x", optional, aggregation);
  }

  private static ForeignKeyRule key(String source, BackfillColumn... columns) {
    return new ForeignKeyRule(
        "fk",
        List.of(source),
        "mapping",
        "parents",
        List.of("id"),
        ForeignKeyRule.Mode.INSERT_MISSING,
        ForeignKeyRule.OnUnknown.BACKFILL,
        List.of(),
        true,
        null,
        List.of(),
        0,
        List.of(columns));
  }

  @Test
  void aFileColumnGoesToTheFactColumnOfItsNameAlsoWhenARuleSendsItElsewhere() {
    RowTransformer transformer =
        new SampleDomain()
            .column("业务类型", "text")
            .column("产品线代码", "text")
            .column("流失_含待遇支付", "text")
            .column("absent", "text")
            .map("业务类型", "产品线代码", Map.of("企年受托", "PL202"), new Otherwise(true, null))
            .rule("流失(含待遇支付)", "流失_含待遇支付")
            .transformer("unused", "流失(含待遇支付)", "业务类型");
    assertThat(transformer.targetColumns()).containsExactly("业务类型", "产品线代码", "流失_含待遇支付");
    assertThat(loaded(transformer, "u", "1", "企年受托")).containsExactly("企年受托", "PL202", "1");
  }

  @Test
  void whatNoRuleNamesAndNoFactColumnTakesIsIgnoredAndTold() {
    RowTransformer transformer =
        new SampleDomain()
            .column("code", "text")
            .column("plan", "text")
            .rule("name", "code")
            .rule("secret", null)
            .key(key("plan", derived("title", Aggregation.FIRST, true)))
            .transformer("note", "code", "name", "secret", "plan", "title", "", "remark");
    assertThat(transformer.ignoredColumns())
        .as("not what a rule keeps out, nor what only a parent is derived from")
        .containsExactly("note", "code", "remark");
    assertThat(new SampleDomain().rule("a", null).transformer().ignoredColumns()).isEmpty();
  }

  @Test
  void aRuleWinsOverTheFileColumnOfTheSameNameAndANullTargetKeepsAColumnOut() {
    RowTransformer transformer =
        new SampleDomain()
            .column("code", "text")
            .column("secret", "text")
            .rule("name", "code")
            .rule("secret", null)
            .transformer("code", "name", "secret");
    assertThat(transformer.targetColumns()).containsExactly("code");
    assertThat(loaded(transformer, "from code", "from name", "s")).containsExactly("from name");
  }

  @Test
  void anOptionalRuleWithoutItsColumnLeavesTheColumnOfTheSameName() {
    SampleDomain domain = new SampleDomain().column("code", "text").optionalRule("name", "code");
    assertThat(loaded(domain.transformer("code"), "c")).containsExactly("c");
    assertThat(domain.transformer("other").targetColumns()).isEmpty();
  }

  @Test
  void columnsThatCannotBeWrittenAreLeftOut() {
    assertThat(new SampleDomain().column("a", "text").transformer("a", "b").targetColumns())
        .containsExactly("a");
  }

  @Test
  void blanksAreNullAfterTrimmingOnEveryColumn() {
    RowTransformer transformer =
        new SampleDomain().column("a", "text").column("b", "numeric").transformer("a", "b");
    assertThat(loaded(transformer, "\u3000(空白)\u00a0", " N/A\ufeff")).containsExactly(null, null);
    assertThat(loaded(transformer, "\\N", "")).containsExactly(null, null);
    assertThat(loaded(transformer, " a b ", "\u3000 5 ")).containsExactly("a b", "5");
  }

  @Test
  void valuesMissingInAMapBecomeWhatTheRuleSaysAndAreCounted() {
    RowTransformer transformer =
        new SampleDomain()
            .column("code", "text")
            .column("kept", "text")
            .map("机构", "code", Map.of("北京", "G01"), new Otherwise(true, "G00"))
            .map("机构", "kept", Map.of("北京", "G01"), Otherwise.KEEP)
            .transformer("机构");
    assertThat(loaded(transformer, " 北京 ")).containsExactly("G01", "G01");
    assertThat(loaded(transformer, "火星")).containsExactly("G00", "火星");
    assertThat(loaded(transformer, "火星")).containsExactly("G00", "火星");
    assertThat(loaded(transformer, "(空白)")).containsExactly("G00", null);
    assertThat(transformer.fallThrough())
        .isEqualTo(Map.of("code", Map.of("火星", 2L, "", 1L), "kept", Map.of("火星", 2L)));
  }

  @Test
  void theListOfValuesThatFellThroughIsBounded() {
    RowTransformer transformer =
        new SampleDomain()
            .column("code", "text")
            .map("x", "code", Map.of(), Otherwise.KEEP)
            .transformer("x");
    for (int i = 0; i < 1500; i++) {
      loaded(transformer, "v" + i);
    }
    assertThat(transformer.fallThrough().get("code"))
        .hasSize(1001)
        .containsEntry("v999", 1L)
        .containsEntry("…", 500L);
  }

  @Test
  void rowsThatAreNoDataAreFilteredBeforeAnythingElseIsLookedAt() {
    RowTransformer transformer =
        new SampleDomain()
            .required("月度", "date")
            .column("计划代码", "text")
            .column("code", "text")
            .map("机构", "code", Map.of("总部", "G00"), Otherwise.KEEP)
            .skipEquals("计划代码", "合计", " 小计 ")
            .skipBlank("月度")
            .skipEquals("code", "G00")
            .transformer("月度", "计划代码", "机构");
    assertThat(transformer.transform(row("no date", " 合计", "x"))).isEqualTo(new Filtered(7));
    assertThat(transformer.transform(row("x", "小计", "x", "y"))).isEqualTo(new Filtered(7));
    assertThat(transformer.transform(row("(空白)", "A1", "x"))).isEqualTo(new Filtered(7));
    assertThat(transformer.transform(row("202510", "A1", "总部"))).isEqualTo(new Filtered(7));
    assertThat(transformer.transform(row())).isEqualTo(new Filtered(7));
    assertThat(loaded(transformer, "202510", "A1", "x")).containsExactly("2025-10-01", "A1", "x");
  }

  @Test
  void aBlankInANotNullColumnIsBad() {
    RowTransformer transformer = new SampleDomain().required("计划代码", "text").transformer("计划代码");
    assertThat(bad(transformer, "(空白)"))
        .usingRecursiveComparison()
        .ignoringFields("values", "unread")
        .isEqualTo(
            new Bad(
                7,
                "计划代码",
                null,
                RejectionReason.NULL_VALUE,
                "The column '计划代码' is blank",
                null,
                null));
  }

  @Test
  void aValueThatDoesNotFitIsBadWithItsFileColumnValueAndReason() {
    RowTransformer transformer =
        new SampleDomain().numeric("amount", 18, 4).rule("金额", "amount").transformer("金额");
    assertThat(bad(transformer, " 待确认 "))
        .usingRecursiveComparison()
        .ignoringFields("values", "unread")
        .isEqualTo(
            new Bad(
                7,
                "金额",
                " 待确认 ",
                RejectionReason.BAD_NUMBER,
                "' 待确认 ' is no number (for the column 'amount')",
                null,
                null));
  }

  @Test
  void errorCellsAreBadUnlessTheyCountAsBlank() {
    RowTransformer transformer = new SampleDomain().column("a", "text").transformer("a", "b");
    assertThat(bad(transformer, "#DIV/0!", "").code()).isEqualTo(RejectionReason.ERROR_CELL);
    BitSet errors = new BitSet();
    errors.set(0);
    assertThat(transformer.transform(new SourceRow(3, "s", new String[] {"?"}, errors)))
        .usingRecursiveComparison()
        .ignoringFields("values", "unread")
        .isEqualTo(
            new Bad(
                3,
                "a",
                "?",
                RejectionReason.ERROR_CELL,
                "'?' is an error, not a value",
                null,
                null));
    assertThat(loaded(transformer, "#1", "#N/A")).containsExactly("#1");
  }

  @Test
  void surplusFieldsMustBeBlank() {
    RowTransformer transformer = new SampleDomain().column("a", "text").transformer("a");
    assertThat(loaded(transformer, "1", "", " ")).containsExactly("1");
    assertThat(bad(transformer, "1", "", "x"))
        .usingRecursiveComparison()
        .ignoringFields("values", "unread")
        .isEqualTo(
            new Bad(
                7,
                "",
                "x",
                RejectionReason.TOO_MANY_FIELDS,
                "The row has 3 fields, the header 1",
                null,
                null));
  }

  @Test
  void aShortLineIsBadOnlyWhenARequiredColumnIsCutOff() {
    RowTransformer transformer =
        new SampleDomain()
            .column("a", "text")
            .required("b", "text")
            .column("c", "text")
            .transformer("a", "b", "c");
    assertThat(loaded(transformer, "1", "2")).containsExactly("1", "2", null);
    assertThat(bad(transformer, "1"))
        .usingRecursiveComparison()
        .ignoringFields("values", "unread")
        .isEqualTo(
            new Bad(
                7,
                "b",
                null,
                RejectionReason.TOO_FEW_FIELDS,
                "The row has 1 fields and ends before the column 'b'",
                null,
                null));
    SourceRow ofSheet = new SourceRow(7, "s", new String[] {"1"}, null);
    assertThat(((Bad) transformer.transform(ofSheet)).code()).isEqualTo(RejectionReason.NULL_VALUE);
  }

  @Test
  void everythingThatIsMissingIsListedAtOnceWithWhatItMayBe() {
    SampleDomain domain =
        new SampleDomain()
            .required("月度", "date")
            .column("scope", "text")
            .rule("计划代码", "plan")
            .replaceBy("scope")
            .key(key("组合代码"));
    assertThatThrownBy(() -> domain.transformer("计划代号", "组合名称"))
        .isInstanceOf(FileRejectedException.class)
        .hasMessage(
            "facts.csv: The file lacks the columns '月度', '计划代码' (is it '计划代号'?), 'scope',"
                + " '组合代码'; it has 计划代号, 组合名称 - correct the file's header, or"
                + " the columns of the domain sample");
  }

  @Test
  void aMissingColumnIsNamedAsTheFileShouldNameItAndNotAlsoAsTheTableDoes() {
    SampleDomain domain =
        new SampleDomain().column("month", "date").rule("Monat", "month").replaceBy("month");
    assertThatThrownBy(() -> domain.transformer("Betrag"))
        .hasMessageContaining("The file lacks the column 'Monat'; it has Betrag");
  }

  @Test
  void columnsThatOnlyDerivationNeedsFollowAsExtras() {
    RowTransformer transformer =
        new SampleDomain()
            .column("plan", "text")
            .rule("计划代码", "plan")
            .key(
                key(
                    "plan",
                    derived("计划代码", Aggregation.FIRST, false),
                    derived("absent", Aggregation.FIRST, true),
                    derived(
                        "name",
                        new Aggregation(AggregationType.MAX_BY, "assets", "+", true, null),
                        false),
                    derived(
                        null,
                        new Aggregation(
                            AggregationType.TEMPLATE, null, "+", true, "{plan} of {month:yyMM}"),
                        false)))
            .transformer("计划代码", "name", "assets", "month");
    assertThat(transformer.targetColumns()).containsExactly("plan");
    assertThat(Stream.of("plan", "计划代码", "name", "assets", "month", "absent"))
        .extracting(transformer::indexOf)
        .containsExactly(0, 1, 2, 3, 4, -1);
    assertThat(loaded(transformer, " A1 ", "n", "(空白)", "202510"))
        .containsExactly("A1", "A1", "n", null, "202510");
  }

  @Test
  void aFileWithoutHeaderHasTheColumnsOfTheRules() {
    RowTransformer transformer =
        new SampleDomain()
            .column("a", "text")
            .column("b", "int4")
            .rule("first", "b")
            .rule("second", "a")
            .transformer();
    assertThat(loaded(transformer, "5", "x")).containsExactly("x", "5");
  }

  @Test
  void theMessageOfAMissingColumnNamesNoMoreThanAHundredOthers() {
    String[] header =
        IntStream.rangeClosed(1, 16_384).mapToObj(i -> "x" + i).toArray(String[]::new);
    String hundred = String.join(", ", List.of(header).subList(0, 100));
    assertThatThrownBy(() -> new SampleDomain().required("month", "date").transformer(header))
        .hasMessage(
            "facts.csv: The file lacks the column 'month'; it has "
                + hundred
                + " and 16284 more - correct the file's header, or the columns of the domain"
                + " sample");
  }
}
