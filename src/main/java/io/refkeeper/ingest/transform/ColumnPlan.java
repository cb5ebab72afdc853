package io.refkeeper.ingest.transform;

import io.refkeeper.config.ColumnRule;
import io.refkeeper.config.ColumnRule.Otherwise;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.config.NearestName;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.ingest.reader.Text;
import io.refkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which file column feeds which fact column, resolved once per file.
 *
 * @param fileColumns the file's columns, in order
 * @param targets the fact columns that the file feeds, in the table's order
 * @param extras file columns that only derivation needs
 * @param required indexes of file columns that every row must reach
 * @param ignored file columns that nothing takes and no rule names
 */
record ColumnPlan(
    List<String> fileColumns,
    List<Target> targets,
    List<Target> extras,
    BitSet required,
    List<String> ignored) {

  /** A file may have thousands of columns, a message may not. */
  private static final int COLUMNS_SHOWN = 100;

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}:]+)(?::[^{}]*)?}");

  /**
   * One column of the result.
   *
   * @param name the fact column; of an extra column the file column
   * @param fileIndex index of the file column
   * @param map null: none
   * @param parser null: text that only derivation needs
   */
  record Target(
      String name,
      int fileIndex,
      Map<String, String> map,
      Otherwise otherwise,
      ValueParser parser,
      boolean notNull) {}

  /**
   * Resolves the rules.
   *
   * @param header the file's columns; empty: they are named by the rules, in order
   * @param keyColumns by source column, the parent's key column that it is compared with
   * @param fileName for messages
   * @throws FileRejectedException when the file lacks a column that must be there
   */
  static ColumnPlan of(
      Domain domain,
      List<String> header,
      Table facts,
      Map<String, Column> keyColumns,
      String fileName) {
    return new Resolution(domain, header, facts, keyColumns).plan(fileName);
  }

  /** The work of {@link #of}. */
  private static final class Resolution {
    private final Domain domain;
    private final Table facts;
    private final Map<String, Column> keyColumns;
    private final List<String> fileColumns;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Map<String, Target> extras = new LinkedHashMap<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private final BitSet required = new BitSet();

    Resolution(Domain domain, List<String> header, Table facts, Map<String, Column> keyColumns) {
      this.domain = domain;
      this.keyColumns = keyColumns;
      this.facts = facts;
      this.fileColumns =
          header.isEmpty() ? domain.columns().stream().map(ColumnRule::source).toList() : header;
      for (int i = 0; i < fileColumns.size(); i++) {
        if (!fileColumns.get(i).isEmpty()) {
          indexes.putIfAbsent(Text.name(fileColumns.get(i)), i);
        }
      }
    }

    ColumnPlan plan(String fileName) {
      for (Column column : facts.columns()) {
        if (column.writable() && !column.name().equals(domain.loadIdColumn())) {
          resolve(column);
        }
      }
      for (ColumnRule rule : domain.columns()) {
        if (rule.target() != null && !rule.optional()) {
          requireFileColumn(rule.source());
        }
      }
      domain.replaceBy().forEach(this::requireTarget);
      domain.upsertBy().forEach(this::requireTarget);
      domain.foreignKeys().forEach(this::resolve);
      domain.skipRows().forEach(filter -> requireAny(filter.column()));
      if (!missing.isEmpty()) {
        throw missingColumns(fileName);
      }
      return new ColumnPlan(
          fileColumns,
          List.copyOf(targets.values()),
          List.copyOf(extras.values()),
          required,
          ignored());
    }

    /** A column that a rule names is known to people, even if it is not to be loaded. */
    private List<String> ignored() {
      BitSet known = new BitSet();
      targets.values().forEach(target -> known.set(target.fileIndex()));
      extras.values().forEach(target -> known.set(target.fileIndex()));
      for (ColumnRule rule : domain.columns()) {
        Integer index = indexes.get(Text.name(rule.source()));
        if (index != null) {
          known.set(index);
        }
      }
      return IntStream.range(0, fileColumns.size())
          .filter(i -> !known.get(i) && !fileColumns.get(i).isEmpty())
          .mapToObj(fileColumns::get)
          .toList();
    }

    private void resolve(Column column) {
      ColumnRule rule = ruleFor(column.name());
      Integer index = indexes.get(Text.name(rule == null ? column.name() : rule.source()));
      boolean mustBeFed = column.notNull() && !column.fillsItself();
      if (index == null) {
        if (mustBeFed) {
          missing.add(fileColumnOf(column.name()));
        }
        return;
      }
      ValueParser parser = ValueParsers.of(column, rule == null ? List.of() : rule.formats());
      targets.put(
          column.name(),
          new Target(
              column.name(),
              index,
              rule == null ? null : rule.map(),
              rule == null ? Otherwise.KEEP : rule.otherwise(),
              parser,
              column.notNull()));
      if (mustBeFed) {
        required.set(index);
      }
    }

    /**
     * The rule that feeds a fact column: the first whose source is there, else one that misses its
     * source although it must not. Null: the file column of the same name does, unless a rule keeps
     * that from being loaded.
     */
    private ColumnRule ruleFor(String factColumn) {
      ColumnRule absent = null;
      for (ColumnRule rule : domain.columns()) {
        if (factColumn.equals(rule.target())) {
          if (indexes.containsKey(Text.name(rule.source()))) {
            return rule;
          }
          absent = rule.optional() ? absent : rule;
        }
      }
      if (absent != null) {
        return absent;
      }
      for (ColumnRule rule : domain.columns()) {
        if (rule.target() == null && Text.name(rule.source()).equals(Text.name(factColumn))) {
          return new ColumnRule("", factColumn, List.of(), null, Otherwise.KEEP, true);
        }
      }
      return null;
    }

    private void resolve(ForeignKeyRule key) {
      key.sourceColumns().forEach(this::requireAny);
      for (BackfillColumn column : key.backfillColumns()) {
        List<String> names = new ArrayList<>();
        if (column.source() != null) {
          names.add(column.source());
        }
        if (column.aggregation().orderColumn() != null) {
          names.add(column.aggregation().orderColumn());
        }
        if (column.aggregation().template() != null) {
          Matcher placeholder = PLACEHOLDER.matcher(column.aggregation().template());
          while (placeholder.find()) {
            names.add(placeholder.group(1));
          }
        }
        for (String name : names) {
          if (!provide(name) && !column.optional()) {
            missing.add(fileColumnOf(name));
          }
        }
      }
    }

    /**
     * What the file would have to have: the column that a rule feeds it from, else its namesake.
     */
    private String fileColumnOf(String name) {
      ColumnRule rule = ruleFor(name);
      return rule == null || rule.source().isEmpty() ? name : rule.source();
    }

    private void requireFileColumn(String name) {
      Integer index = indexes.get(Text.name(name));
      if (index == null) {
        missing.add(name);
      } else {
        required.set(index);
      }
    }

    private void requireTarget(String factColumn) {
      Target target = targets.get(factColumn);
      if (target != null) {
        required.set(target.fileIndex());
      } else if (!factColumn.equals(domain.loadIdColumn())) {
        missing.add(fileColumnOf(factColumn));
      }
    }

    private void requireAny(String name) {
      if (!provide(name)) {
        missing.add(fileColumnOf(name));
        return;
      }
      Target found = targets.containsKey(name) ? targets.get(name) : extras.get(name);
      required.set(found.fileIndex());
    }

    /** Makes a name available as a fact column or an extra column; false: neither is there. */
    private boolean provide(String name) {
      if (targets.containsKey(name) || extras.containsKey(name)) {
        return true;
      }
      Integer index = indexes.get(Text.name(name));
      if (index != null) {
        // a key that no fact column types is of the type of the parent's column
        Column key = keyColumns.get(name);
        ValueParser parser = key == null ? null : ValueParsers.of(key, List.of());
        extras.put(name, new Target(name, index, null, Otherwise.KEEP, parser, false));
      }
      return index != null;
    }

    private FileRejectedException missingColumns(String fileName) {
      List<String> shown = fileColumns.subList(0, Math.min(COLUMNS_SHOWN, fileColumns.size()));
      StringBuilder message = new StringBuilder("The file lacks ");
      message.append(missing.size() == 1 ? "the column " : "the columns ");
      String separator = "";
      for (String name : missing) {
        message.append(separator).append('\'').append(name).append('\'');
        NearestName.of(name, shown)
            .ifPresent(nearest -> message.append(" (is it '").append(nearest).append("'?)"));
        separator = ", ";
      }
      message.append("; it has ").append(String.join(", ", shown));
      if (shown.size() < fileColumns.size()) {
        message.append(" and ").append(fileColumns.size() - shown.size()).append(" more");
      }
      return new FileRejectedException(
          new Problem(
              "missing_column",
              message.toString(),
              fileName,
              "correct the file's header, or the columns of the domain " + domain.name()));
    }
  }
}
