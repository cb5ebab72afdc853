package io.refkeeper.notification;

import static io.refkeeper.notification.MessageText.appendMore;
import static io.refkeeper.notification.MessageText.name;
import static io.refkeeper.notification.MessageText.tables;

import io.refkeeper.notification.Event.DegradedModeBegan;
import io.refkeeper.notification.Event.DegradedModeEnded;
import io.refkeeper.notification.Event.DegradedTable;
import io.refkeeper.notification.Event.FileMissing;
import io.refkeeper.notification.Event.FilesHeld;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What people read of syncs that are not there in time, and of files that wait or are missing. */
final class ScheduleText {

  private static final int SHOWN = 20;
  private static final int REASON_WIDTH = 300;
  private final ZoneId timeZone;
  private final DateTimeFormatter format;

  /**
   * @param timeZone the one in which times are told
   */
  ScheduleText(ZoneId timeZone) {
    this.timeZone = timeZone;
    this.format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mmX").withZone(timeZone);
  }

  /** Whether an event is one of these. */
  static boolean tells(Event event) {
    return event instanceof DegradedModeBegan
        || event instanceof DegradedModeEnded
        || event instanceof FilesHeld
        || event instanceof FileMissing;
  }

  /** The text of one of these events. */
  MessageText of(Event event) {
    if (event instanceof DegradedModeBegan began) {
      return began(began);
    }
    if (event instanceof DegradedModeEnded ended) {
      return ended(ended);
    }
    if (event instanceof FilesHeld held) {
      return held(held);
    }
    return missing((FileMissing) event);
  }

  private MessageText began(DegradedModeBegan event) {
    StringBuilder body = new StringBuilder();
    body.append("Loads go on without the preload of\n");
    append(body, event.tables());
    body.append(
        """

        Until it works again the limits on unknown keys are off, and more rows than
        usual are derived and need review, or wait in quarantine.

        What to do now
          See what is wrong:        refkeeper status
          When the cause is gone:   refkeeper sync
        """);
    return new MessageText(
        "refkeeper: degraded mode on, no preload of " + names(event.tables()), body.toString());
  }

  private MessageText ended(DegradedModeEnded event) {
    StringBuilder body = new StringBuilder();
    body.append("The preload works again of\n");
    append(body, event.tables());
    body.append(
        """

        Derived rows that the sources know have been promoted; the others still need
        review: refkeeper status
        """);
    return new MessageText(
        "refkeeper: degraded mode off, preload of " + names(event.tables()) + " works again",
        body.toString());
  }

  private static String names(List<DegradedTable> tables) {
    return tables(tables.stream().map(DegradedTable::table).toList());
  }

  private void append(StringBuilder body, List<DegradedTable> tables) {
    for (DegradedTable table : tables.stream().limit(SHOWN).toList()) {
      body.append("  ").append(name(table.table())).append(": ");
      body.append(table.cause().replace('_', ' '));
      if (table.ended() == null) {
        body.append(", since ").append(format.format(table.began())).append('\n');
      } else {
        body.append(" from ").append(format.format(table.began()));
        body.append(" to ").append(format.format(table.ended()));
        body.append(" (").append(length(table.began(), table.ended())).append(")\n");
      }
      if (!table.reason().isBlank()) {
        body.append("    ").append(PlainText.oneLine(table.reason(), REASON_WIDTH)).append('\n');
      }
    }
    appendMore(body, tables.size() - SHOWN, "  ");
    body.append("Times are those of ").append(timeZone).append(".\n");
  }

  private static String length(Instant from, Instant to) {
    Duration length = Duration.between(from, to);
    return length.toHours() == 0
        ? length.toMinutes() + " min"
        : "%d h %d min".formatted(length.toHours(), length.toMinutesPart());
  }

  private static MessageText held(FilesHeld event) {
    StringBuilder body = new StringBuilder();
    body.append("Files of ").append(name(event.domain())).append(" wait in the inbox, ");
    body.append(name(event.file())).append(" first,\nbecause require_fresh_sync is set and\n");
    event
        .reasons()
        .forEach(
            why -> body.append("  ").append(PlainText.oneLine(why, REASON_WIDTH)).append('\n'));
    body.append("\nThey are loaded by themselves once these syncs have got through.\n");
    body.append("\nWhat to do now\n  Sync:                     refkeeper sync");
    event.tables().forEach(table -> body.append(' ').append(name(table)));
    body.append("\n  Or load one all the same: refkeeper ingest --force FILE\n");
    return new MessageText(
        "refkeeper: files of %s wait for a fresh sync".formatted(name(event.domain())),
        body.toString());
  }

  private static MessageText missing(FileMissing event) {
    StringBuilder body = new StringBuilder();
    body.append("No file of ").append(name(event.domain()));
    body.append(" was loaded in ").append(event.month()).append(".\n");
    body.append("One was expected by ").append(name(event.expectedBy())).append(".\n\n");
    body.append("What to do now\n");
    body.append("  See whether one was refused or waits:  refkeeper status\n");
    body.append("  Else ask for it. Its name should match ");
    body.append(PlainText.oneLine(String.join(", ", event.files()), REASON_WIDTH)).append('\n');
    return new MessageText(
        "refkeeper: no file of %s by %s".formatted(name(event.domain()), name(event.expectedBy())),
        body.toString());
  }
}
