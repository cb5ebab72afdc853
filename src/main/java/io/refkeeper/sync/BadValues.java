package io.refkeeper.sync;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The statement that finds all staged values that cannot be used, each row by itself. */
final class BadValues {

  private BadValues() {}

  /**
   * One thing that is wrong with a row.
   *
   * @param column, value expressions in SQL: where, and what is shown of it
   * @param bad the condition in SQL
   */
  private record Test(String code, String column, String value, String bad) {}

  /** An INSERT into {@code sync_fault} over {@code sync_raw}. */
  static String insertFaults(StagedColumns columns, ValueFit fit) {
    List<Test> tests = tests(columns, fit::doesNotFit);
    String each =
        tests.stream()
            .map(
                t -> "('%s', %s, %s::text, %s)".formatted(t.code(), t.column(), t.value(), t.bad()))
            .collect(Collectors.joining(",\n  "));
    return """
    insert into sync_fault
    select r.line, f.code, f.column_name, f.value
    from (select * from sync_raw r where %s offset 0) r cross join lateral (values
      %s) f(code, column_name, value, bad)
    where f.bad
    """
        .formatted(any(tests), each);
  }

  /**
   * A condition over {@code sync_raw r} that is true of every row of which {@link #insertFaults}
   * finds something, unless casting its values fails. It may be true of good rows, too.
   */
  static String suspicious(StagedColumns columns, ValueFit fit) {
    return any(tests(columns, fit::slipsThrough));
  }

  private static String any(List<Test> tests) {
    return tests.stream().map(Test::bad).collect(Collectors.joining(" or "));
  }

  /**
   * @param unfit gives the condition that a column cannot hold a text; null: it holds every text
   */
  private static List<Test> tests(StagedColumns columns, BiFunction<String, Column, String> unfit) {
    List<Test> tests = new ArrayList<>();
    tests.add(new Test("nul_character", "r.fault", "null", "r.fault is not null"));
    for (int i = 0; i < columns.size(); i++) {
      addTests(tests, "r." + Staging.column(i), columns.target(i), columns.isKey(i), unfit);
    }
    return tests;
  }

  private static void addTests(
      List<Test> tests,
      String text,
      Column target,
      boolean key,
      BiFunction<String, Column, String> unfit) {
    String name = TableName.literal(target.name());
    if (key) {
      tests.add(new Test("null_key", name, "null", text + " is null"));
      tests.add(new Test("blank_key", name, "null", "btrim(" + text + ") = ''"));
    } else if (target.notNull()) {
      tests.add(new Test("missing_value", name, "null", text + " is null"));
    }
    String bad = unfit.apply(text, target);
    if (bad != null && key) {
      bad = "btrim(%s) <> '' and %s".formatted(text, bad); // a blank key is told as such
    }
    if (bad != null) {
      tests.add(new Test("value_does_not_fit", name, text, bad));
    }
  }
}
