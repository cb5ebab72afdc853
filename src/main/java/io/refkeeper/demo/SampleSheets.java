package io.refkeeper.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/** The two sheets, with all that makes the real ones hard to read. */
final class SampleSheets {

  private static final List<String> PERFORMANCE =
      List.of(
          "月度",
          "业务类型",
          "计划类型",
          "计划代码",
          "计划名称",
          "组合类型",
          "组合代码",
          "组合名称",
          "客户名称",
          "期初资产规模",
          "期末资产规模",
          "供款",
          "流失(含待遇支付)",
          "流失",
          "待遇支付",
          "投资收益",
          "当期收益率",
          "年化收益率",
          "机构",
          "年金账户号",
          "年金账户名");
  private static final List<String> INCOME =
      List.of(
          "月度", "业务类型", "计划类型", "计划代码", "计划名称", "组合类型", "组合代码", "组合名称", "客户名称", "年金账户名", "机构", "固费",
          "浮费", "回补", "税");
  private static final String[] ENTERPRISE = {"企年投资", "企年受托", "企年受托", "企业年金"};
  private static final String[] OCCUPATIONAL = {"职年投资", "职年受托", "职年受托", "职业年金"};

  /** Plans and portfolios that the users' October named. */
  private static final int PLANS = 849;

  private static final int PORTFOLIOS = 723;

  /** New portfolios of plans that the references do know. */
  private static final int NEW_PORTFOLIOS = 6;

  private static final LocalDate MONTH = LocalDate.of(2025, 10, 1);
  private static final String BLANK = "(空白)";

  private final Workbook workbook;
  private final SampleOptions options;
  private final Random random;
  private final int knownPlans;
  private final int knownPortfolios;
  private Worksheet sheet;
  private int row;
  private int column;

  SampleSheets(Workbook workbook, SampleOptions options) {
    this.workbook = workbook;
    this.options = options;
    this.random = new Random(options.seed());
    this.knownPlans = PLANS - options.unknownPlans();
    this.knownPortfolios =
        Math.min(PORTFOLIOS - options.unknownPlans() - NEW_PORTFOLIOS, knownPlans);
  }

  void write() throws IOException {
    start("规模明细", PERFORMANCE);
    for (int i = 0; i < options.performanceRows(); i++) {
      int plan = plan(i);
      identify(plan, i);
      for (int k = 0; k < 7; k++) {
        amount();
      }
      rate();
      rate();
      text(organisation(plan));
      text(String.format("%012d", 400_000_000_000L + plan));
      text(SamplePlans.client(plan));
      if (isBad(i)) {
        spoil(i);
      }
      endRow();
    }
    total();
    sheet.finish();
    start("收入明细", INCOME);
    for (int i = 0; i < options.incomeRows(); i++) {
      int plan = plan(i);
      identify(plan, i);
      text(SamplePlans.client(plan));
      text(organisation(plan));
      for (int k = 0; k < 4; k++) {
        amount();
      }
      endRow();
    }
    sheet.finish();
  }

  private void start(String name, List<String> header) {
    sheet = workbook.newWorksheet(name);
    row = 0;
    for (column = 0; column < header.size(); column++) {
      sheet.value(0, column, header.get(column));
    }
    endRow();
  }

  private void endRow() {
    row++;
    column = 0;
    if (row % 1000 == 0) {
      flush();
    }
  }

  private void flush() {
    try {
      sheet.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every plan comes once, in order, before any comes again; unknown ones are scattered. */
  private int plan(int i) {
    int position = i < PLANS ? i * 611 % PLANS : random.nextInt(PLANS);
    return position < knownPlans ? position : SamplePlans.KNOWN_PLANS + position - knownPlans;
  }

  private void identify(int plan, int i) {
    month();
    String[] kinds = SamplePlans.occupational(plan) ? OCCUPATIONAL : ENTERPRISE;
    text(random.nextInt(200) == 0 ? "三方" : kinds[random.nextInt(kinds.length)]);
    text(SamplePlans.planType(plan));
    text(SamplePlans.planCode(plan));
    // one plan in seven is also known by another name: which one wins is a rule
    String name = SamplePlans.planName(plan);
    text(plan % 7 == 0 && random.nextInt(3) == 0 ? name.replace("有限公司", "公司") : name);
    int portfolio = portfolio(plan);
    boolean named = portfolio >= 0 && (i < PLANS || random.nextInt(100) < 85);
    text(named ? SamplePlans.portfolioType(plan) : BLANK);
    text(named ? SamplePlans.portfolioCode(portfolio) : BLANK);
    text(named ? SamplePlans.portfolioName(plan) : "");
    text(SamplePlans.client(plan));
  }

  /** The plan's portfolio; -1: it has none in this file. */
  private int portfolio(int plan) {
    if (plan >= SamplePlans.KNOWN_PLANS) {
      return SamplePlans.KNOWN_PORTFOLIOS + NEW_PORTFOLIOS + plan - SamplePlans.KNOWN_PLANS;
    }
    int fresh = plan - knownPortfolios;
    if (fresh >= 0 && fresh < NEW_PORTFOLIOS) {
      return SamplePlans.KNOWN_PORTFOLIOS + fresh;
    }
    return plan < knownPortfolios ? plan : -1;
  }

  private String organisation(int plan) {
    int choice = random.nextInt(100);
    if (choice < 1) {
      return BLANK;
    }
    int own = SamplePlans.organisation(plan);
    int count = SampleOrganisations.names().size();
    return SampleOrganisations.names().get(choice < 80 ? own : random.nextInt(count));
  }

  private void month() {
    switch (random.nextInt(6)) {
      case 0 -> text("2025年10月");
      case 1 -> text("25年10月");
      case 2 -> {
        sheet.value(row, column, MONTH);
        sheet.style(row, column).format("yyyy-mm-dd").set();
        column++;
      }
      case 3 -> text("2025-10-01");
      case 4 -> text("２０２５１０");
      default -> number(202510);
    }
  }

  private void amount() {
    BigDecimal value = BigDecimal.valueOf((long) (Math.exp(random.nextGaussian() * 2 + 14)), 2);
    switch (random.nextInt(40)) {
      case 0, 1, 2 -> text(String.format("%,.2f", value));
      case 3 -> text(fullWidth(value.toPlainString()));
      case 4 -> text("(" + value + ")");
      case 5, 6, 7, 8 -> text("-");
      default -> number(value);
    }
  }

  private void rate() {
    BigDecimal percent = BigDecimal.valueOf(random.nextInt(1200) - 300L, 2);
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> text(percent + "%");
      case 3 -> text(fullWidth(percent + "%"));
      case 4 -> text(BLANK);
      default -> number(percent.movePointLeft(2));
    }
  }

  private static String fullWidth(String ascii) {
    StringBuilder wide = new StringBuilder(ascii);
    for (int i = 0; i < wide.length(); i++) {
      wide.setCharAt(i, (char) (wide.charAt(i) + 0xfee0));
    }
    return wide.toString();
  }

  /** Bad rows are spread evenly, none among the rows that name each plan for the first time. */
  private boolean isBad(int i) {
    if (options.badRows() == 0) {
      return false;
    }
    int step = options.performanceRows() / options.badRows();
    return i % step == step - 1 && i / step < options.badRows();
  }

  private void spoil(int i) {
    switch (i % 4) {
      case 0 -> sheet.value(row, PERFORMANCE.indexOf("期末资产规模"), "待确认");
      case 1 -> sheet.value(row, PERFORMANCE.indexOf("计划代码"), BLANK);
      case 2 -> sheet.value(row, PERFORMANCE.indexOf("供款"), "#N/A");
      default -> sheet.value(row, PERFORMANCE.indexOf("投资收益"), "1,23,4.5");
    }
  }

  private void total() {
    sheet.value(row, PERFORMANCE.indexOf("计划代码"), "合计");
    sheet.value(row, PERFORMANCE.indexOf("期末资产规模"), new BigDecimal("98765432101.23"));
    endRow();
  }

  private void text(String value) {
    if (!value.isEmpty()) {
      sheet.value(row, column, value);
    }
    column++;
  }

  private void number(Number value) {
    sheet.value(row, column, value);
    column++;
  }
}
