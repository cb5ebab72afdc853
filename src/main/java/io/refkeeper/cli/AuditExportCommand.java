package io.refkeeper.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.refkeeper.audit.AuditEntry;
import io.refkeeper.audit.AuditExport;
import io.refkeeper.audit.AuditFilter;
import io.refkeeper.database.TableName;
import io.refkeeper.database.TargetDatabase;
import io.refkeeper.export.SpreadsheetCsv;
import io.refkeeper.reference.ReferenceKeys;
import io.refkeeper.reference.ReferenceTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Writes entries of the audit log. */
@Command(
    name = "export",
    description = "Writes entries of the audit log, oldest first, to a file or standard output.",
    footer = {
      "",
      "A cell of the CSV that a spreadsheet would take for a formula begins with a quote: '.",
      "With --json and no file, the entries are the JSON document; with a file, what was written.",
      "",
      "Example:",
      "  refkeeper audit export --table 年金计划 --since 2025-10-01 --output audit.csv"
    })
final class AuditExportCommand implements Callable<Integer> {

  /** How entries are written. */
  enum Format {
    csv,
    json
  }

  @ParentCommand private AuditCommand parent;

  @Spec private CommandSpec spec;

  @Option(names = "--table", paramLabel = "TABLE", description = "Of this table only.")
  private String table;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Of this key only; a composite one with commas: A,B.")
  private String key;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = {
        "From this day or time on: 2025-10-31,",
        "2025-10-31T02:00:00+08:00; without an offset in the time zone of the configuration."
      })
  private String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Up to this time, or to the end of this day.")
  private String until;

  @Option(names = "--format", description = "csv (default) or json.")
  private Format format;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The file; one of that name is replaced. CSV gets a byte order mark for Excel.")
  private Path output;

  @Override
  public Integer call() {
    AuditFilter filter = filter();
    Refkeeper refkeeper = parent.refkeeper();
    boolean json = format == Format.json || format == null && refkeeper.json() && output == null;
    try (TargetDatabase target = refkeeper.openTarget(1)) {
      refkeeper.requireMigrated(target);
      AuditExport export = new AuditExport(target.dataSource());
      requireKnown(table, export);
      if (output == null) {
        long entries =
            ExportFile.write(
                spec.commandLine().getOut(), out -> write(export, filter, json, false, out));
        if (entries == 0) {
          refkeeper.complain("No entry of the audit log fits.");
        }
        return ExitCode.DONE;
      }
      long written = ExportFile.write(output, out -> write(export, filter, json, true, out));
      if (refkeeper.json()) {
        refkeeper.output().json(document(json, written));
      } else {
        refkeeper.output().line("%,d entries written to %s".formatted(written, output));
      }
      return ExitCode.DONE;
    }
  }

  private AuditFilter filter() {
    ZoneId timeZone = parent.refkeeper().timeZone();
    try {
      return new AuditFilter(table, key, Days.begin(since, timeZone), Days.end(until, timeZone));
    } catch (TypeConversionException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** A table without entries must be configured at least; one that was once may have some. */
  private void requireKnown(String name, AuditExport export) {
    if (name == null) {
      return;
    }
    Set<TableName> logged = export.tables();
    if (!ReferenceKeys.isNamed(logged, name)) {
      Set<TableName> all =
          new LinkedHashSet<>(ReferenceTables.all(parent.refkeeper().configuration()));
      all.addAll(logged);
      ReferenceKeys.requireNamed(all, name);
    }
  }

  private Map<String, Object> document(boolean json, long written) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", output.toString());
    document.put("format", (json ? Format.json : Format.csv).name().toLowerCase(Locale.ROOT));
    document.put("rows", written);
    return document;
  }

  private static long write(
      AuditExport export, AuditFilter filter, boolean json, boolean excel, Writer out)
      throws IOException {
    return json ? writeJson(export, filter, out) : writeCsv(export, filter, excel, out);
  }

  private static long writeCsv(AuditExport export, AuditFilter filter, boolean excel, Writer out)
      throws IOException {
    try (SpreadsheetCsv csv = excel ? SpreadsheetCsv.forExcel(out) : SpreadsheetCsv.plain(out)) {
      csv.row(
          List.of(
              "id",
              "at",
              "table",
              "key",
              "action",
              "actor",
              "run_kind",
              "run_id",
              "before",
              "after"));
      return export.read(
          filter,
          entry ->
              csv.row(
                  Arrays.asList(
                      entry.id(),
                      entry.at(),
                      entry.table(),
                      String.join(",", entry.key()),
                      entry.action(),
                      entry.actor(),
                      entry.runKind(),
                      entry.runId(),
                      entry.before(),
                      entry.after())));
    }
  }

  private static long writeJson(AuditExport export, AuditFilter filter, Writer out)
      throws IOException {
    try (JsonGenerator json = Output.generator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("entries");
      long written = export.read(filter, entry -> write(json, entry));
      json.writeEndArray();
      json.writeNumberField("rows", written);
      json.writeEndObject();
      json.writeRaw('\n');
      return written;
    }
  }

  private static void write(JsonGenerator json, AuditEntry entry) {
    try {
      json.writePOJO(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
