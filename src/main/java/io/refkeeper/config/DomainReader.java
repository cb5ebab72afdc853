package io.refkeeper.config;

import io.refkeeper.config.Domain.FileFormat;
import io.refkeeper.config.Domain.ForeignKeyCheck;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.config.Domain.RowFilter;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.PatternSyntaxException;

/** Reads {@code data_sources.yml}. */
final class DomainReader {

  private static final List<String> BLANK_VALUES = List.of("", "(空白)", "N/A", "\\N");

  private final ColumnRulesReader columnRules;

  /**
   * @param home the folder that relative paths start from
   */
  DomainReader(Path home) {
    this.columnRules = new ColumnRulesReader(home);
  }

  /** All domains by name, in file order. */
  Map<String, Domain> readAll(Element root) {
    Element defaults = root.child("defaults");
    Map<String, Domain> domains = new LinkedHashMap<>();
    Map<String, Element> elements = root.entries("domains");
    elements.forEach((name, domain) -> domains.put(name, read(name, domain, defaults)));
    checkOverlap(elements);
    return Collections.unmodifiableMap(domains);
  }

  private Domain read(String name, Element domain, Element defaults) {
    domain.items("files").forEach(DomainReader::checkGlob);
    domain.items("exclude").forEach(DomainReader::checkGlob);
    LoadMode mode = domain.choice("load_mode", LoadMode.class, null);
    checkColumnsOf(domain, mode, LoadMode.REPLACE, "replace_by");
    checkColumnsOf(domain, mode, LoadMode.UPSERT, "upsert_by");
    return new Domain(
        name,
        domain.texts("files"),
        domain.texts("exclude"),
        domain.texts("sheet"),
        format(domain),
        Schedules.expectedBy(domain.child("expect_by")),
        rowFilters(domain),
        domain.text("target_schema"),
        domain.text("target_table"),
        mode,
        domain.texts("replace_by"),
        domain.texts("upsert_by"),
        domain.text("load_id_column"),
        domain.choice("fk_check", ForeignKeyCheck.class, ForeignKeyCheck.AUTO),
        columnRules.readAll(domain),
        ForeignKeyReader.readAll(domain),
        blankValues(domain, defaults),
        controlTotals(domain, mode),
        limits(domain.child("limits"), limits(defaults.child("limits"), Limits.DEFAULT)));
  }

  private static void checkGlob(Element glob) {
    String text = glob.text();
    if (text == null) {
      return;
    }
    try {
      FileSystems.getDefault().getPathMatcher("glob:" + text);
    } catch (PatternSyntaxException e) {
      glob.problemInValue(
          "wrong_glob", "\"%s\" is no glob".formatted(text), "Write one such as *.csv");
      return;
    }
    if (text.contains("/")) {
      glob.problemInValue(
          "wrong_glob",
          "\"%s\" contains a folder; a glob is matched with the file's name".formatted(text),
          "Remove the folder");
    }
  }

  private static void checkColumnsOf(Element domain, LoadMode mode, LoadMode owner, String key) {
    String ownerName = owner.name().toLowerCase(Locale.ROOT);
    if (mode == owner && !domain.isWritten(key)) {
      domain
          .child("load_mode")
          .problem("missing_key", "load_mode: %s needs \"%s\"".formatted(ownerName, key), "Add it");
    } else if (mode != null && mode != owner && domain.isWritten(key)) {
      domain
          .child(key)
          .problem(
              "does_not_belong",
              "\"%s\" is only used with load_mode: %s".formatted(key, ownerName),
              "Remove it, or write load_mode: " + ownerName);
    }
  }

  /** Summed are the rows of the file's scopes, or those that the load's id marks. */
  private static List<String> controlTotals(Element domain, LoadMode mode) {
    boolean found = mode == LoadMode.REPLACE || domain.text("load_id_column") != null;
    if (mode != null && !found && domain.isWritten("control_totals")) {
      domain
          .child("control_totals")
          .problem(
              "missing_key",
              "\"control_totals\" needs load_mode: replace or \"load_id_column\", by which a load's"
                  + " rows are found",
              "Add load_id_column");
    }
    return domain.texts("control_totals");
  }

  private static FileFormat format(Element domain) {
    Element format = domain.child("format");
    FileFormat read =
        new FileFormat(
            format.text("charset", FileFormat.AUTO),
            format.text("delimiter", FileFormat.AUTO),
            (int) format.number("header_row", 1));
    if (!read.charset().equals(FileFormat.AUTO) && !isCharset(read.charset())) {
      format
          .child("charset")
          .problemInValue(
              "wrong_charset",
              "\"%s\" is no charset".formatted(read.charset()),
              NearestName.of(read.charset(), Charset.availableCharsets().keySet())
                  .map(name -> "Did you mean \"" + name + "\"?")
                  .orElse("Write UTF-8, GB18030, or auto"));
    }
    if (!read.delimiter().equals(FileFormat.AUTO) && read.delimiter().length() != 1) {
      format
          .child("delimiter")
          .problemInValue(
              "wrong_delimiter",
              "The delimiter \"%s\" is not one character".formatted(read.delimiter()),
              "Write one, such as \";\" or \"\\t\", or auto");
    }
    if (read.headerRow() == 0 && domain.items("columns").isEmpty()) {
      format
          .child("header_row")
          .problem(
              "missing_key",
              "A file without header (header_row: 0) needs \"columns\"",
              "Name its columns there, in order");
    }
    return read;
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalCharsetNameException e) {
      return false;
    }
  }

  private static List<RowFilter> rowFilters(Element domain) {
    List<RowFilter> filters = new ArrayList<>();
    for (Element filter : domain.items("skip_rows")) {
      if (filter.isWritten("equals") == filter.isWritten("blank")) {
        filter.problem(
            "wrong_value",
            "A row filter needs either \"equals\" or \"blank\"",
            "Write one of the two");
      }
      filters.add(
          new RowFilter(
              filter.text("column"), filter.texts("equals"), filter.flag("blank", false)));
    }
    return List.copyOf(filters);
  }

  private static List<String> blankValues(Element domain, Element defaults) {
    List<String> values = BLANK_VALUES;
    for (Element owner : List.of(defaults, domain)) {
      if (owner.isWritten("blank_values")) {
        values = new ArrayList<>(owner.texts("blank_values"));
      }
    }
    if (!values.contains("")) {
      values.add(0, "");
    }
    return List.copyOf(values);
  }

  private static Limits limits(Element limits, Limits otherwise) {
    return new Limits(
        limits.ratio("max_unknown_ratio", otherwise.maxUnknownRatio()),
        limits.number("max_new_parents", otherwise.maxNewParents()),
        limits.ratio("max_quarantined_ratio", otherwise.maxQuarantinedRatio()),
        limits.number("min_rows", otherwise.minRows()));
  }

  /** A text file that two domains match would be rejected as ambiguous, each time it comes. */
  private static void checkOverlap(Map<String, Element> domains) {
    Map<String, String> owners = new HashMap<>();
    domains.forEach(
        (name, domain) -> {
          for (Element glob : domain.items("files")) {
            String text = glob.text() == null ? "" : glob.text().toLowerCase(Locale.ROOT);
            boolean workbook = text.endsWith(".xlsx") || text.endsWith("*");
            String owner = workbook ? null : owners.putIfAbsent(text, name);
            if (owner != null && !owner.equals(name)) {
              glob.problemInValue(
                  "ambiguous_files",
                  "The domains \"%s\" and \"%s\" both take files named \"%s\""
                      .formatted(owner, name, glob.text()),
                  "Give each its own names: only workbooks can be shared");
            }
          }
        });
  }
}
