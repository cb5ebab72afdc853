package io.refkeeper.ingest.transform;

import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.RowFilter;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.ingest.reader.Text;
import io.refkeeper.ingest.transform.ColumnPlan.Target;
import io.refkeeper.ingest.transform.TransformedRow.Bad;
import io.refkeeper.ingest.transform.TransformedRow.Filtered;
import io.refkeeper.ingest.transform.TransformedRow.Loadable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns the rows of one file into rows of its fact table: column rules, row filters, blanks, types.
 * Used by one thread. Values are trimmed on every column.
 */
public final class RowTransformer {

  private static final Set<String> EXCEL_ERRORS =
      Set.of(
          "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!");

  private final List<String> fileColumns;
  private final Target[] targets;
  private final List<Filter> filters;
  private final Blanks blanks;
  private final ColumnPlan plan;
  private final FallThrough fallThrough = new FallThrough();

  /** A row filter; {@code target} null: on the file column {@code fileIndex}. */
  private record Filter(RowFilter rule, Target target, int fileIndex, Set<String> values) {}

  /**
   * Resolves the columns of a file.
   *
   * @param header the file's columns; empty: they are named by the domain's rules, in order
   * @param fileName the name that people know the file by, for messages
   * @throws io.refkeeper.ingest.reader.FileRejectedException listing every column that is missing
   */
  public RowTransformer(Domain domain, List<String> header, Table factTable, String fileName) {
    this(domain, header, factTable, Map.of(), fileName);
  }

  /**
   * Resolves the columns of a file.
   *
   * @param keyColumns by source column of a foreign key, the parent's key column: the type of a
   *     column that is read from the file for the key alone
   */
  public RowTransformer(
      Domain domain,
      List<String> header,
      Table factTable,
      Map<String, Column> keyColumns,
      String fileName) {
    this.plan = ColumnPlan.of(domain, header, factTable, keyColumns, fileName);
    this.fileColumns = plan.fileColumns();
    List<Target> all = new ArrayList<>(plan.targets());
    all.addAll(plan.extras());
    this.targets = all.toArray(Target[]::new);
    this.blanks = new Blanks(domain.blankValues());
    this.filters = domain.skipRows().stream().map(this::filter).toList();
  }

  private Filter filter(RowFilter rule) {
    int fileIndex = fileColumns.indexOf(Text.name(rule.column()));
    Target target = fileIndex >= 0 ? null : targets[indexOf(rule.column())];
    Set<String> values = rule.equals().stream().map(Text::trim).collect(Collectors.toSet());
    return new Filter(rule, target, fileIndex, values);
  }

  /** The fact columns that the file feeds, in the table's order; the columns of COPY. */
  public List<String> targetColumns() {
    return plan.targets().stream().map(Target::name).toList();
  }

  /** Where {@link Loadable#values} holds a fact column or extra column; -1: nowhere. */
  public int indexOf(String name) {
    for (int i = 0; i < targets.length; i++) {
      if (targets[i].name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The file columns that are loaded nowhere although no rule says so, in the file's order. */
  public List<String> ignoredColumns() {
    return plan.ignored();
  }

  /** How often which value was missing in the map of which fact column; a blank one is empty. */
  public Map<String, Map<String, Long>> fallThrough() {
    return fallThrough.counts();
  }

  /**
   * The same rules for plain records; empty when extra columns are needed or a filter looks at a
   * mapped value.
   */
  public Optional<PlainColumns> plainColumns() {
    List<PlainColumns.FilteredColumn> filtered = new ArrayList<>();
    for (Filter filter : filters) {
      if (filter.target != null && filter.target.map() != null) {
        return Optional.empty();
      }
      int index = filter.target == null ? filter.fileIndex : filter.target.fileIndex();
      filtered.add(new PlainColumns.FilteredColumn(index, filter.rule.blank(), filter.values));
    }
    return Optional.of(
        new PlainColumns(
            fileColumns.size(),
            plan.targets().stream().map(this::plainColumn).toList(),
            filtered,
            blanks.texts()));
  }

  private PlainColumn plainColumn(Target target) {
    if (target.map() == null && target.parser() instanceof TextParser texts) {
      return new PlainColumn.Texts(target, texts.maxLength());
    }
    if (target.map() == null && target.parser() instanceof NumericParser numbers) {
      return new PlainColumn.Numerics(target, numbers.wholeDigits());
    }
    return new PlainColumn.Remembered(target, this);
  }

  /** The value of a field; null when it is NULL, wrong, or counted as missing in a map. */
  String plainValue(Target target, String field) {
    String value = Text.trim(field);
    if (blanks.contains(value) || value.charAt(0) == '#') {
      return null;
    }
    if (target.map() != null) {
      value = target.map().get(value);
    }
    try {
      return value == null ? null : target.parser().parse(value);
    } catch (BadValueException e) {
      return null;
    }
  }

  /** Transforms one row. */
  public TransformedRow transform(SourceRow row) {
    for (Filter filter : filters) {
      if (matches(filter, row)) {
        return new Filtered(row.line());
      }
    }
    String[] cells = row.values();
    if (cells.length != fileColumns.size()) {
      Bad ragged = ragged(row);
      if (ragged != null) {
        return ragged;
      }
    }
    String[] values = new String[targets.length];
    Bad bad = null;
    for (int i = 0; i < targets.length; i++) {
      Target target = targets[i];
      int index = target.fileIndex();
      String value = index < cells.length ? Text.trim(cells[index]) : "";
      boolean blank = blanks.contains(value);
      if (!blank && isError(row, index, value)) {
        bad = bad(bad, row, i, value, RejectionReason.ERROR_CELL, "is an error, not a value");
        continue;
      }
      value = blank ? null : value;
      if (target.map() != null) {
        value = mapped(target, value, true);
      }
      if (value == null) {
        if (target.notNull()) {
          bad = bad(bad, row, i, null, RejectionReason.NULL_VALUE, "is blank");
        }
      } else if (target.parser() != null) {
        try {
          value = target.parser().parse(value);
        } catch (BadValueException e) {
          bad = bad(bad, row, i, cells[index], e.reason(), e.getMessage());
          continue;
        }
      }
      values[i] = value;
    }
    return bad == null ? new Loadable(row.line(), values) : withValues(bad, values);
  }

  private boolean matches(Filter filter, SourceRow row) {
    int index = filter.target == null ? filter.fileIndex : filter.target.fileIndex();
    String[] cells = row.values();
    String value = index < cells.length ? Text.trim(cells[index]) : "";
    if (filter.target != null) {
      String blanked = blanks.contains(value) ? null : value;
      value = filter.target.map() == null ? blanked : mapped(filter.target, blanked, false);
      value = value == null ? "" : value;
    }
    return filter.rule.blank() ? blanks.contains(value) : filter.values.contains(value);
  }

  private String mapped(Target target, String value, boolean counted) {
    String key = value == null ? "" : value;
    String found = target.map().get(key);
    if (found != null || target.map().containsKey(key)) {
      return found;
    }
    if (counted && (value != null || target.otherwise().present())) {
      fallThrough.add(target.name(), key);
    }
    return target.otherwise().present() ? target.otherwise().value() : value;
  }

  private static boolean isError(SourceRow row, int index, String value) {
    return row.isError(index) || (value.charAt(0) == '#' && EXCEL_ERRORS.contains(value));
  }

  private Bad ragged(SourceRow row) {
    String[] cells = row.values();
    for (int i = fileColumns.size(); i < cells.length; i++) {
      if (!blanks.contains(Text.trim(cells[i]))) {
        return new Bad(
            row.line(),
            "",
            cells[i],
            RejectionReason.TOO_MANY_FIELDS,
            "The row has " + cells.length + " fields, the header " + fileColumns.size(),
            null,
            null);
      }
    }
    // a workbook's row ends at its last value; only a CSV line can be cut off
    int cut = row.sheet() == null ? plan.required().nextSetBit(cells.length) : -1;
    if (cut < 0) {
      return null;
    }
    return new Bad(
        row.line(),
        fileColumns.get(cut),
        null,
        RejectionReason.TOO_FEW_FIELDS,
        "The row has "
            + cells.length
            + " fields and ends before the column '"
            + fileColumns.get(cut)
            + "'",
        null,
        null);
  }

  /** The first thing that is wrong with a row tells; the others only make their values unread. */
  private Bad bad(
      Bad first, SourceRow row, int index, String value, RejectionReason code, String reason) {
    if (first != null) {
      first.unread().set(index);
      return first;
    }
    Target target = targets[index];
    String column = fileColumns.get(target.fileIndex());
    String subject = value == null ? "The column '" + column + "' " : "'" + shown(value) + "' ";
    String into = target.name().equals(column) ? "" : " (for the column '" + target.name() + "')";
    BitSet unread = new BitSet();
    unread.set(index);
    return new Bad(row.line(), column, value, code, subject + reason + into, null, unread);
  }

  private static Bad withValues(Bad bad, String[] values) {
    return new Bad(
        bad.line(), bad.column(), bad.value(), bad.code(), bad.reason(), values, bad.unread());
  }

  private static String shown(String value) {
    return value.length() <= 60 ? value : value.substring(0, 60) + "…";
  }
}
