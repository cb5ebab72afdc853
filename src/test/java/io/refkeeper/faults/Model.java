package io.refkeeper.faults;

import static io.refkeeper.faults.FactFile.AMOUNT;
import static io.refkeeper.faults.FactFile.BRANCH;
import static io.refkeeper.faults.FactFile.DAY;
import static io.refkeeper.faults.FactFile.ITEM;
import static io.refkeeper.faults.FactFile.NOTE;
import static io.refkeeper.faults.FactFile.PLAN;

import io.refkeeper.faults.FactFile.Mode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the database must hold after deliveries, in memory, in a few lines, without faults: written
 * from {@code design} and the README, sharing no code with the program.
 */
final class Model {

  /** Fact rows as text, by table: a multiset. */
  private final Map<Mode, List<Fact>> facts = new HashMap<>();

  private final List<Waiting> quarantine = new ArrayList<>();
  private final Set<String> derived = new TreeSet<>();
  private final Set<String> parents =
      new TreeSet<>(Set.of("plan P1", "plan P2", "plan P3", "branch B1"));
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private final Map<String, String> currentContent = new HashMap<>();

  /** A row of a fact table. */
  private record Fact(String day, String item, String text) {
    /** What an upsert knows it by. */
    String key() {
      return day + item;
    }
  }

  /** A row in quarantine. */
  private record Waiting(Mode mode, String file, long line, Fact fact, String code, String state) {
    Waiting to(String next) {
      return new Waiting(mode, file, line, fact, code, next);
    }

    boolean open() {
      return state.equals("waiting");
    }
  }

  /** What becomes of a file, and which messages tell of it. */
  record Outcome(String status, String event) {}

  Model() {
    for (Mode mode : Mode.values()) {
      facts.put(mode, new ArrayList<>());
    }
  }

  /** Delivers a file that everything is right with but some rows; or the same bytes again. */
  void deliver(FactFile file) {
    if (file.text().equals(currentContent.get(contentKey(file)))) {
      outcomes.put(file.name(), new Outcome("duplicate", null));
      return;
    }
    List<Waiting> bad = new ArrayList<>();
    List<Fact> good = new ArrayList<>();
    Set<String> wanted = new TreeSet<>();
    Map<String, Long> lastOfKey = new HashMap<>();
    List<Long> lines = new ArrayList<>();
    long line = 1;
    long read = 0;
    for (String[] row : file.rows()) {
      line++;
      read++;
      if (row[DAY].equals("total")) {
        continue;
      }
      String defect = defect(row);
      if (defect != null) {
        bad.add(new Waiting(file.mode(), file.name(), line, fact(row), defect, "waiting"));
        continue;
      }
      if (file.mode() == Mode.UPSERT) {
        Long earlier = lastOfKey.put(row[DAY] + row[ITEM], line);
        if (earlier != null) {
          int at = lines.indexOf(earlier);
          bad.add(
              new Waiting(
                  file.mode(), file.name(), earlier, fact(row), "superseded_in_file", "waiting"));
          good.remove(at);
          lines.remove(at);
        }
      }
      good.add(fact(row));
      lines.add(line);
    }
    if (bad.size() * 2 > read) {
      outcomes.put(file.name(), new Outcome("rejected", "file_rejected"));
      return;
    }
    for (Fact fact : good) {
      String[] cells = fact.text().split("\\|", -1);
      if (!cells[2].equals("null")) {
        wanted.add("plan " + cells[2]);
      }
      if (!cells[3].equals("null")) {
        wanted.add("branch " + cells[3]);
      }
    }
    wanted.removeAll(parents);
    parents.addAll(wanted);
    derived.addAll(wanted);
    store(file, good, lines, bad);
    currentContent.put(contentKey(file), file.text());
    String event = bad.isEmpty() ? null : "rows_quarantined";
    outcomes.put(
        file.name(), new Outcome("loaded", wanted.isEmpty() ? event : "new_derived_records"));
  }

  /** Delivers a file that is refused whole, for a reason that is not in its rows. */
  void refuse(FactFile file) {
    outcomes.put(file.name(), new Outcome("rejected", "file_rejected"));
  }

  /** Somebody else has made a parent. */
  void addParent(String parent) {
    parents.add(parent);
  }

  /**
   * Somebody has made a plan that rows wait for; those whose branch is there, too, are loaded.
   *
   * @return how many
   */
  long planCame(String plan) {
    parents.add("plan " + plan);
    List<Waiting> ready =
        quarantine.stream()
            .filter(row -> row.open() && row.code().equals("key_pattern"))
            .filter(row -> row.fact().text().split("\\|", -1)[2].equals(plan))
            .filter(row -> isThere("branch " + row.fact().text().split("\\|", -1)[3]))
            .toList();
    for (Waiting row : ready) {
      facts.get(row.mode()).add(row.fact());
      quarantine.set(quarantine.indexOf(row), row.to("released"));
    }
    return ready.size();
  }

  private boolean isThere(String parent) {
    return parent.endsWith(" null") || parents.contains(parent);
  }

  private static String contentKey(FactFile file) {
    return file.mode() + file.text();
  }

  /**
   * @param lines the line of each good row
   */
  private void store(FactFile file, List<Fact> good, List<Long> lines, List<Waiting> bad) {
    List<Fact> table = facts.get(file.mode());
    if (file.mode() == Mode.REPLACE) {
      Set<String> days = new HashSet<>();
      good.forEach(fact -> days.add(fact.day()));
      table.removeIf(fact -> days.contains(fact.day()));
      quarantine.replaceAll(
          row -> isOpen(row, Mode.REPLACE) && days.contains(row.fact().day()) ? late(row) : row);
    } else if (file.mode() == Mode.UPSERT) {
      Map<String, Long> written = new HashMap<>();
      for (int i = 0; i < good.size(); i++) {
        written.put(good.get(i).key(), lines.get(i));
      }
      table.removeIf(fact -> written.containsKey(fact.key()));
      quarantine.replaceAll(
          row ->
              isOpen(row, Mode.UPSERT) && written.containsKey(row.fact().key()) ? late(row) : row);
      bad.replaceAll(
          row -> written.getOrDefault(row.fact().key(), 0L) > row.line() ? late(row) : row);
    }
    table.addAll(good);
    quarantine.addAll(bad);
  }

  private static boolean isOpen(Waiting row, Mode mode) {
    return row.mode() == mode && row.open();
  }

  /** A row whose scope or key was loaded anew: it must not be released any more. */
  private static Waiting late(Waiting row) {
    return row.to("superseded");
  }

  private static String defect(String[] row) {
    if (!isNumber(row[AMOUNT])) {
      return "bad_number";
    } else if (!row[PLAN].isEmpty() && !row[PLAN].matches("P[0-9]+")) {
      return "key_pattern";
    }
    return row[NOTE].equals("refused") ? "check_constraint" : null;
  }

  private static boolean isNumber(String amount) {
    return amount.matches("[0-9]+(\\.[0-9]+)?");
  }

  private static Fact fact(String[] row) {
    return new Fact(row[DAY], row[ITEM], isNumber(row[AMOUNT]) ? text(row) : "");
  }

  private static String text(String[] row) {
    return String.join(
        "|",
        row[DAY],
        row[ITEM],
        row[PLAN].isEmpty() ? "null" : row[PLAN],
        row[BRANCH].isEmpty() ? "null" : row[BRANCH],
        new BigDecimal(row[AMOUNT]).setScale(2).toPlainString(),
        row[NOTE].isEmpty() ? "null" : row[NOTE]);
  }

  /** Everything of a fact table, sorted. */
  List<String> facts(Mode mode) {
    return facts.get(mode).stream().map(Fact::text).sorted().toList();
  }

  /** Every row of the quarantine: domain, file, line, code, state; sorted. */
  List<String> quarantine() {
    return quarantine.stream()
        .map(
            row ->
                "%s|%s|%d|%s|%s"
                    .formatted(row.mode().table(), row.file(), row.line(), row.code(), row.state()))
        .sorted()
        .toList();
  }

  /** Table and key of each parent that was derived, sorted. */
  List<String> derived() {
    return List.copyOf(derived);
  }

  /** What must have become of each file, by its name. */
  Map<String, Outcome> outcomes() {
    return new TreeMap<>(outcomes);
  }
}
