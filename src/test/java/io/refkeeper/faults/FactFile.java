package io.refkeeper.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A fact file as a user would deliver it: text only. What becomes of it is the {@link Model}'s to
 * say, not this class's.
 */
record FactFile(String name, Mode mode, List<String[]> rows) {

  static final String HEADER = "day,item,plan,plan_name,branch,amount,note";

  /** The columns of a row. */
  static final int DAY = 0;

  static final int ITEM = 1;
  static final int PLAN = 2;
  static final int BRANCH = 4;
  static final int AMOUNT = 5;
  static final int NOTE = 6;

  /** How the rows are written; each is a domain with its fact table. */
  enum Mode {
    APPEND,
    REPLACE,
    UPSERT;

    String table() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Rows with known and unknown parents, and some of each defect; each day has a row that loads.
   *
   * @param random decides everything
   * @param newPlans how many of the plans that it names nobody has heard of
   */
  static FactFile random(String name, Mode mode, Random random, int rows, int newPlans) {
    List<String> plans = new ArrayList<>(List.of("P1", "P2", "P3", ""));
    int first = 1000 + random.nextInt(900_000);
    for (int i = 0; i < newPlans; i++) {
      plans.add("P" + (first + i));
    }
    List<String> days = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      days.add("2025-%02d-%02d".formatted(1 + random.nextInt(12), 1 + random.nextInt(28)));
    }
    List<String[]> lines = new ArrayList<>();
    for (String day : days) {
      lines.add(row(day, "g" + lines.size(), "P1", "B1", "1.00", ""));
    }
    for (int i = 0; i < rows; i++) {
      String plan = plans.get(random.nextInt(plans.size()));
      String branch = random.nextInt(8) == 0 ? "B" + random.nextInt(20) : "B1";
      String amount = "%d.%02d".formatted(random.nextInt(1000), random.nextInt(100));
      String note = "n" + random.nextInt(5);
      String item = mode == Mode.UPSERT ? "i" + random.nextInt(rows) : "i" + i;
      int defect = random.nextInt(20);
      if (defect < 3) {
        item = "d" + i;
      }
      switch (defect) {
        case 0 -> amount = "twelve";
        case 1 -> plan = "no plan";
        case 2 -> note = "refused";
        default -> {}
      }
      lines.add(row(days.get(random.nextInt(days.size())), item, plan, branch, amount, note));
    }
    lines.add(row("total", "", "", "", "99.00", ""));
    return new FactFile(name, mode, lines);
  }

  /** A file that is wrong as a whole: most of its rows are bad. */
  static FactFile wrong(String name, Mode mode, Random random) {
    List<String[]> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add(
          row("2025-01-01", "i" + i, "P1", "B1", i < 9 ? "1.00" : "x" + random.nextInt(), ""));
    }
    return new FactFile(name, mode, lines);
  }

  static String[] row(
      String day, String item, String plan, String branch, String amount, String note) {
    String planName = plan.isEmpty() ? "" : "plan " + plan;
    return new String[] {day, item, plan, planName, branch, amount, note};
  }

  String text() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    rows.forEach(row -> text.append(String.join(",", row)).append('\n'));
    return text.toString();
  }
}
