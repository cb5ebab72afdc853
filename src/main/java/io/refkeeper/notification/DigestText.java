package io.refkeeper.notification;

import static io.refkeeper.notification.MessageText.appendMore;
import static io.refkeeper.notification.MessageText.count;
import static io.refkeeper.notification.MessageText.name;
import static io.refkeeper.notification.MessageText.number;

import io.refkeeper.notification.Event.NewDerivedRecords;
import io.refkeeper.notification.Event.RowsQuarantined;
import io.refkeeper.notification.LoadDigest.DerivedSample;
import io.refkeeper.notification.LoadDigest.DerivedTable;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The digest of a load: new parents by table, quarantined rows, what a steward does with them. */
final class DigestText {

  private static final int SAMPLES = 20;
  private static final int REASONS = 20;
  private static final int KEY_WIDTH = 40;
  private static final int VALUES_WIDTH = 60;
  private static final int REASON_WIDTH = 120;

  private DigestText() {}

  static MessageText newRecords(NewDerivedRecords event) {
    List<DerivedTable> tables =
        event.loads().stream().flatMap(load -> load.tables().stream()).toList();
    long rows = tables.stream().mapToLong(DerivedTable::count).sum();
    List<String> names = tables.stream().map(DerivedTable::table).distinct().toList();
    String where =
        names.size() == 1 ? "in " + name(names.get(0)) : "in " + names.size() + " tables";
    String subject =
        "refkeeper: %s %s from %s"
            .formatted(count(rows, "new row", "new rows"), where, name(event.file()));
    StringBuilder body = new StringBuilder();
    body.append("refkeeper loaded ").append(name(event.file()));
    body.append("\nand made the reference rows that it names and that were not there.\n");
    body.append("They hold only what the file says: please review them.\n");
    event.loads().forEach(load -> append(body, load));
    body.append("\nWhat to do now\n");
    for (LoadDigest load : event.loads()) {
      if (!load.tables().isEmpty()) {
        body.append("  See the new rows:         refkeeper review list --load ");
        body.append(load.loadRunId()).append('\n');
      }
    }
    body.append("  Its source knows it now:  refkeeper sync\n");
    body.append("  A key is a typing error:  correct the file, and deliver it again\n");
    appendQuarantineCommands(body, event.loads());
    body.append("\nDelivery ").append(event.deliveryId()).append('\n');
    return new MessageText(subject, body.toString());
  }

  static MessageText quarantined(RowsQuarantined event) {
    long rows = event.loads().stream().mapToLong(LoadDigest::rowsQuarantined).sum();
    String subject =
        "refkeeper: %s quarantined from %s"
            .formatted(count(rows, "row", "rows"), name(event.file()));
    StringBuilder body = new StringBuilder();
    body.append("refkeeper loaded ").append(name(event.file()));
    body.append("\nexcept for rows that cannot be loaded; they wait in quarantine.\n");
    event.loads().forEach(load -> append(body, load));
    body.append("\nWhat to do now\n");
    appendQuarantineCommands(body, event.loads());
    body.append("\nDelivery ").append(event.deliveryId()).append('\n');
    return new MessageText(subject, body.toString());
  }

  private static void append(StringBuilder body, LoadDigest load) {
    body.append('\n').append(name(load.domain())).append(", load ").append(load.loadRunId());
    body.append(": ").append(count(load.rowsRead(), "row", "rows")).append(" read, ");
    body.append(number(load.rowsLoaded())).append(" loaded, ");
    body.append(number(load.rowsQuarantined())).append(" quarantined, ");
    body.append(number(load.rowsFiltered())).append(" filtered\n");
    load.tables().forEach(table -> append(body, table));
    appendReasons(body, load);
  }

  private static void append(StringBuilder body, DerivedTable table) {
    body.append("\n  ").append(count(table.count(), "new row", "new rows"));
    body.append(" in ").append(name(table.table()));
    body.append(" (foreign key ").append(name(table.foreignKey())).append(")\n");
    if (table.samples().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("key", "first seen", "facts", "filled in"));
    for (DerivedSample sample : table.samples().subList(0, shown(table))) {
      rows.add(
          List.of(
              PlainText.oneLine(String.join(" | ", sample.key()), KEY_WIDTH),
              place(sample),
              number(sample.factRows()),
              values(sample)));
    }
    for (String line : PlainText.table(rows, List.of(2))) {
      body.append("    ").append(line).append('\n');
    }
    appendMore(body, table.count() - shown(table), "    ");
  }

  private static int shown(DerivedTable table) {
    return Math.min(SAMPLES, table.samples().size());
  }

  private static String place(DerivedSample sample) {
    String line = "line " + sample.firstLine();
    boolean sheet = sample.sheet() != null && !sample.sheet().isBlank();
    return sheet ? PlainText.oneLine(sample.sheet(), KEY_WIDTH) + ", " + line : line;
  }

  private static String values(DerivedSample sample) {
    String values =
        sample.values().entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(", "));
    return PlainText.oneLine(values, VALUES_WIDTH);
  }

  private static void appendReasons(StringBuilder body, LoadDigest load) {
    if (load.quarantined().isEmpty()) {
      return;
    }
    body.append("\n  ").append(count(load.rowsQuarantined(), "row", "rows"));
    body.append(" in quarantine\n");
    appendReasons(body, load.quarantined());
  }

  /** A table of the first reasons, and how many more there are. */
  static void appendReasons(StringBuilder body, List<QuarantineReason> reasons) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("rows", "code", "reason"));
    for (QuarantineReason reason : reasons.stream().limit(REASONS).toList()) {
      rows.add(
          List.of(
              number(reason.count()),
              name(reason.code()),
              PlainText.oneLine(reason.reason(), REASON_WIDTH)));
    }
    for (String line : PlainText.table(rows, List.of(0))) {
      body.append("    ").append(line).append('\n');
    }
    appendMore(body, reasons.size() - REASONS, "    ");
  }

  private static void appendQuarantineCommands(StringBuilder body, List<LoadDigest> loads) {
    for (LoadDigest load : loads) {
      if (load.rowsQuarantined() > 0) {
        body.append("  See the quarantined rows, in SQL:\n");
        body.append("    select line, column_name, value, reason from refkeeper.quarantine\n");
        body.append("    where state = 'waiting' and load_run_id = ").append(load.loadRunId());
        body.append(" order by line\n");
      }
    }
  }
}
