package io.refkeeper.notification;

import io.refkeeper.notification.Event.FileRejected;
import io.refkeeper.notification.Event.NewDerivedRecords;
import io.refkeeper.notification.Event.RowsQuarantined;
import io.refkeeper.notification.Event.RowsReleased;
import io.refkeeper.notification.Event.SyncFailed;
import io.refkeeper.notification.Event.TableFailure;
import io.refkeeper.notification.Event.ThresholdsCrossed;
import io.refkeeper.problem.Counted;
import io.refkeeper.problem.Problem;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/**
 * What people read of an event: what happened, where, what to do now.
 *
 * @param subject one short line
 * @param body plain text for a fixed-width font
 */
record MessageText(String subject, String body) {

  private static final int PROBLEMS = 20;
  private static final int NAME_WIDTH = 80;
  private static final int PROBLEM_WIDTH = 500;

  /**
   * The text of an event.
   *
   * @param timeZone the one in which times are told
   */
  static MessageText of(Event event, ZoneId timeZone) {
    if (event instanceof NewDerivedRecords records) {
      return DigestText.newRecords(records);
    }
    if (event instanceof RowsQuarantined rows) {
      return DigestText.quarantined(rows);
    }
    if (event instanceof FileRejected file) {
      return rejected(file);
    }
    if (event instanceof ThresholdsCrossed thresholds) {
      return ThresholdText.of(thresholds);
    }
    if (event instanceof RowsReleased released) {
      return ReleaseText.of(released);
    }
    if (event instanceof SyncFailed sync) {
      return syncFailed(sync);
    }
    return ScheduleText.tells(event)
        ? new ScheduleText(timeZone).of(event)
        : GovernanceText.of(event);
  }

  /** "1 row", "37,000 rows". */
  static String count(long count, String one, String many) {
    return Counted.of(count, one, many);
  }

  /** With separators for thousands. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A name that comes from data, fit for a subject or a line. */
  static String name(String name) {
    return PlainText.oneLine(name, NAME_WIDTH);
  }

  private static MessageText rejected(FileRejected event) {
    StringBuilder body = new StringBuilder();
    body.append("refkeeper refused ").append(name(event.file())).append(" whole.\n");
    body.append("Nothing of it was loaded, and no reference row was made.\n\nWhy\n");
    append(body, event.reasons());
    body.append("\nWhat to do now\n");
    body.append("  Correct the file and put it into the inbox again.\n");
    body.append("  The refused file is in ").append(PlainText.oneLine(event.movedTo(), 300));
    body.append("\n\nDelivery ").append(event.deliveryId()).append('\n');
    return new MessageText(
        "refkeeper: refused " + name(event.file()) + ", nothing loaded", body.toString());
  }

  private static MessageText syncFailed(SyncFailed event) {
    List<TableFailure> shown = event.tables().stream().limit(PROBLEMS).toList();
    StringBuilder body = new StringBuilder();
    body.append("Sync run ").append(event.syncRunId()).append(" left ");
    body.append(count(event.tables().size(), "reference table", "reference tables"));
    body.append(" as before.\nLoads go on with the rows that are there.\n");
    for (TableFailure table : shown) {
      body.append('\n').append(name(table.table())).append(": ").append(name(table.status()));
      body.append(" (source ").append(name(table.sourceType())).append(")\n");
      append(body, table.problems());
    }
    appendMore(body, event.tables().size() - shown.size(), "\n");
    body.append("\nWhat to do now\n  When the cause is gone: refkeeper sync\n");
    if (event.tables().stream().anyMatch(table -> table.status().equals("held"))) {
      body.append("  A held table, if the change at its source is right: refkeeper sync --force\n");
    }
    return new MessageText(
        "refkeeper: sync of "
            + tables(event.tables().stream().map(TableFailure::table).toList())
            + " not done",
        body.toString());
  }

  static String tables(List<String> tables) {
    return tables.size() == 1 ? name(tables.get(0)) : count(tables.size(), "table", "tables");
  }

  static void append(StringBuilder body, List<Problem> problems) {
    for (Problem problem : problems.stream().limit(PROBLEMS).toList()) {
      String place = problem.place().isEmpty() ? "" : problem.place() + ": ";
      body.append("  ").append(PlainText.oneLine(place + problem.message(), PROBLEM_WIDTH));
      body.append('\n');
      if (!problem.remedy().isEmpty()) {
        body.append("    → ").append(PlainText.oneLine(problem.remedy(), PROBLEM_WIDTH));
        body.append('\n');
      }
    }
    appendMore(body, problems.size() - PROBLEMS, "  ");
  }

  static void appendMore(StringBuilder body, long more, String indent) {
    if (more > 0) {
      body.append(indent).append("and ").append(number(more)).append(" more\n");
    }
  }
}
