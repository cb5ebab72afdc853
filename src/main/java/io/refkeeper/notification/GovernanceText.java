package io.refkeeper.notification;

import static io.refkeeper.notification.MessageText.count;
import static io.refkeeper.notification.MessageText.name;
import static io.refkeeper.notification.MessageText.number;

import io.refkeeper.notification.Event.ReviewReport;
import io.refkeeper.notification.Event.ValidationClear;
import io.refkeeper.notification.Event.ValidationFound;
import io.refkeeper.notification.Event.Waiting;
import io.refkeeper.notification.Event.WaitingRecord;
import java.util.ArrayList;
import java.util.List;

/** The messages of the jobs: what the validation found, and what waits for a review. */
final class GovernanceText {

  private static final int KEY_WIDTH = 40;

  private GovernanceText() {}

  static MessageText of(Event event) {
    if (event instanceof ValidationFound found) {
      return found(found);
    }
    if (event instanceof ValidationClear clear) {
      return clear(clear);
    }
    if (event instanceof ReviewReport report) {
      return waiting(report);
    }
    throw new IllegalArgumentException("No text for " + event.kind());
  }

  private static MessageText found(ValidationFound event) {
    StringBuilder body = new StringBuilder();
    body.append("The reference validation ").append(event.validationRunId()).append(" found ");
    body.append(count(event.problems().size(), "thing", "things"));
    body.append(" to look at.\nNothing was changed; loads and syncs go on.\n\nFound\n");
    MessageText.append(body, event.problems());
    body.append("\nWhat to do now\n");
    body.append("  See all of it:            refkeeper validate\n");
    body.append("  As a page for a browser:  refkeeper validate --html report.html\n");
    return new MessageText(
        "refkeeper: validation found "
            + count(event.problems().size(), "thing", "things")
            + " to look at",
        body.toString());
  }

  private static MessageText clear(ValidationClear event) {
    return new MessageText(
        "refkeeper: validation finds nothing any more",
        "The reference validation %d found nothing. What it had found before is put right.\n"
            .formatted(event.validationRunId()));
  }

  private static MessageText waiting(ReviewReport event) {
    long records = event.tables().stream().mapToLong(Waiting::count).sum();
    long rows = event.quarantine().stream().mapToLong(Waiting::count).sum();
    StringBuilder body = new StringBuilder();
    if (records > 0) {
      body.append("Reference rows that loads have made from facts and that nobody has reviewed.\n");
      body.append("They hold only what the files say.\n");
      append(body, "table", event.tables());
      body.append("\nOldest first\n");
      append(body, event.oldest());
      MessageText.appendMore(body, records - event.oldest().size(), "  ");
    }
    if (rows > 0) {
      body.append("\nRows that wait in quarantine. Those for a parent are loaded when it comes;\n");
      body.append("all others wait until their file is corrected.\n");
      append(body, "domain", event.quarantine());
    }
    body.append("\nWhat to do now\n");
    body.append("  See the records:           refkeeper review list\n");
    body.append("  As a file for Excel:       refkeeper review export --output pending.csv\n");
    body.append("  See how much waits where:  refkeeper status\n");
    String subject =
        records > 0
            ? "refkeeper: %s %s for review, the oldest for %s"
                .formatted(
                    count(records, "derived record", "derived records"),
                    records == 1 ? "waits" : "wait",
                    count(event.tables().get(0).days(), "day", "days"))
            : "refkeeper: %s in quarantine".formatted(count(rows, "row waits", "rows wait"));
    return new MessageText(subject, body.toString());
  }

  private static void append(StringBuilder body, String heading, List<Waiting> items) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("waiting", "oldest", "days", heading));
    for (Waiting item : items) {
      rows.add(List.of(number(item.count()), item.since(), number(item.days()), name(item.name())));
    }
    body.append('\n');
    append(body, rows, List.of(0, 2));
  }

  private static void append(StringBuilder body, List<WaitingRecord> records) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("since", "days", "table", "key", "from"));
    for (WaitingRecord item : records) {
      rows.add(
          List.of(
              item.since(),
              number(item.days()),
              name(item.table()),
              PlainText.oneLine(String.join(" | ", item.key()), KEY_WIDTH),
              PlainText.oneLine(item.file(), KEY_WIDTH)));
    }
    append(body, rows, List.of(1));
  }

  private static void append(StringBuilder body, List<List<String>> rows, List<Integer> numbers) {
    for (String line : PlainText.table(rows, numbers)) {
      body.append("  ").append(line).append('\n');
    }
  }
}
