package io.refkeeper.ingest.transform;

import io.refkeeper.config.ColumnRule;
import io.refkeeper.config.ColumnRule.Otherwise;
import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.FileFormat;
import io.refkeeper.config.Domain.RowFilter;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.Limits;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Builds domains and fact tables for tests that need no database. */
public final class SampleDomain {

  private final List<Column> columns = new ArrayList<>();
  private final List<ColumnRule> rules = new ArrayList<>();
  private final List<RowFilter> filters = new ArrayList<>();
  private final List<ForeignKeyRule> keys = new ArrayList<>();
  private List<String> replaceBy = List.of();

  public SampleDomain column(String name, String type) {
    return column(name, type, -1, false, false);
  }

  public SampleDomain required(String name, String type) {
    return column(name, type, -1, true, false);
  }

  public SampleDomain varchar(String name, int length) {
    return column(name, "varchar", length + 4, false, false);
  }

  public SampleDomain numeric(String name, int precision, int scale) {
    return column(name, "numeric", ((precision << 16) | (scale & 0x7ff)) + 4, false, false);
  }

  public SampleDomain column(
      String name, String type, int typmod, boolean notNull, boolean hasDefault) {
    columns.add(
        new Column(
            name, type, false, type, false, typmod, notNull, hasDefault, false, "", type, "", ""));
    return this;
  }

  public SampleDomain rule(String source, String target, String... formats) {
    rules.add(new ColumnRule(source, target, List.of(formats), null, Otherwise.KEEP, false));
    return this;
  }

  public SampleDomain optionalRule(String source, String target) {
    rules.add(new ColumnRule(source, target, List.of(), null, Otherwise.KEEP, true));
    return this;
  }

  public SampleDomain map(
      String source, String target, Map<String, String> map, Otherwise otherwise) {
    rules.add(new ColumnRule(source, target, List.of(), map, otherwise, false));
    return this;
  }

  public SampleDomain skipEquals(String column, String... values) {
    filters.add(new RowFilter(column, List.of(values), false));
    return this;
  }

  public SampleDomain skipBlank(String column) {
    filters.add(new RowFilter(column, List.of(), true));
    return this;
  }

  public SampleDomain key(ForeignKeyRule key) {
    keys.add(key);
    return this;
  }

  public SampleDomain replaceBy(String... names) {
    replaceBy = List.of(names);
    return this;
  }

  public Table table() {
    return new Table(
        1, new TableName("business", "facts"), "r", List.copyOf(columns), List.of(), List.of());
  }

  public Domain domain() {
    return new Domain(
        "sample",
        List.of("*"),
        List.of(),
        List.of(),
        new FileFormat("auto", "auto", 1),
        null,
        filters,
        "business",
        "facts",
        Domain.LoadMode.REPLACE,
        replaceBy,
        List.of(),
        null,
        Domain.ForeignKeyCheck.AUTO,
        rules,
        keys,
        List.of("", "(空白)", "N/A", "\\N"),
        List.of(),
        Limits.DEFAULT);
  }

  public RowTransformer transformer(String... header) {
    return new RowTransformer(domain(), List.of(header), table(), "facts.csv");
  }
}
