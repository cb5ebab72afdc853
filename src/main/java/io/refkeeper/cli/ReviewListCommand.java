package io.refkeeper.cli;

import io.refkeeper.config.Configuration;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.ReferenceKeys;
import io.refkeeper.review.PendingRecord;
import io.refkeeper.review.PendingRecords;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Lists the oldest records that wait for a review. */
@Command(
    name = "list",
    description = "Lists the derived records that wait for a review, oldest first.",
    footer = {"", "Example:", "  refkeeper review list --table 年金计划 --limit 10"})
final class ReviewListCommand implements Callable<Integer> {

  private static final int LIMIT = 50;
  private static final int MOST = 100_000;

  @ParentCommand private ReviewCommand parent;

  @Spec private CommandSpec spec;

  @Option(names = "--table", paramLabel = "TABLE", description = "Of this table only.")
  private String table;

  @Option(names = "--load", paramLabel = "ID", description = "Made by this load only.")
  private Long load;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many (default: ${DEFAULT-VALUE}).",
      defaultValue = "" + LIMIT)
  private int limit;

  @Override
  public Integer call() {
    if (limit < 1 || limit > MOST) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "--limit must be between 1 and %,d", MOST));
    }
    Refkeeper refkeeper = parent.refkeeper();
    try (Servers servers = refkeeper.servers()) {
      Configuration configuration = refkeeper.setup(servers).loaded().configuration();
      refkeeper.requireMigrated(servers.target());
      Optional<TableName> name =
          Optional.ofNullable(table).map(t -> ReferenceKeys.named(configuration, t));
      // one more tells whether there are more
      List<PendingRecord> found =
          new PendingRecords(servers.target().dataSource())
              .list(
                  name,
                  load == null ? OptionalLong.empty() : OptionalLong.of(load),
                  OptionalInt.of(limit + 1));
      List<PendingRecord> shown = found.subList(0, Math.min(limit, found.size()));
      boolean more = found.size() > shown.size();
      if (refkeeper.json()) {
        refkeeper.output().json(document(shown, more));
      } else {
        print(shown, more, configuration.management().timeZone(), refkeeper.output());
      }
      return ExitCode.DONE;
    }
  }

  private static Map<String, Object> document(List<PendingRecord> shown, boolean more) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put(
        "records",
        shown.stream()
            .map(
                record -> {
                  Map<String, Object> item = new LinkedHashMap<>();
                  item.put("id", record.id());
                  item.put("version", record.version());
                  item.put("table", record.table());
                  item.put("key", record.key());
                  item.put("domain", record.domain());
                  item.put("foreign_key", record.foreignKey());
                  item.put("load", record.loadRunId());
                  item.put("file", record.file());
                  item.put("sheet", record.sheet());
                  item.put("line", record.line());
                  item.put("fact_rows", record.factRows());
                  item.put("created_at", record.createdAt());
                  item.put("values", record.values());
                  return item;
                })
            .toList());
    document.put("more", more);
    return document;
  }

  private static void print(
      List<PendingRecord> shown, boolean more, ZoneId timeZone, Output output) {
    if (shown.isEmpty()) {
      output.line("Nothing waits for a review.");
      return;
    }
    DateTimeFormatter day = DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(timeZone);
    TextTable lines = new TextTable("ID", "SINCE", "TABLE", "KEY", "FACTS", "FILE");
    for (PendingRecord record : shown) {
      lines.add(
          record.id(),
          day.format(record.createdAt()),
          record.table(),
          String.join(" | ", record.key()),
          record.factRows(),
          record.file());
      String values =
          record.values().entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .collect(Collectors.joining(", "));
      if (!values.isEmpty()) {
        lines.note(values);
      }
    }
    lines.lines(output.width()).forEach(output::line);
    output.line("Days are those of %s.".formatted(timeZone));
    if (more) {
      output.line("There are more; see --limit and --table, or: refkeeper review export");
    }
  }
}
