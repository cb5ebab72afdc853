package io.refkeeper.notification;

import static io.refkeeper.notification.MessageText.count;
import static io.refkeeper.notification.MessageText.name;

import io.refkeeper.notification.Event.ReleasedDomain;
import io.refkeeper.notification.Event.RowsReleased;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import java.util.stream.Collectors;

/** The message of a release: which rows are loaded now, and which still cannot be. */
final class ReleaseText {

  private ReleaseText() {}

  static MessageText of(RowsReleased event) {
    long rows = event.domains().stream().mapToLong(ReleasedDomain::rows).sum();
    StringBuilder body = new StringBuilder();
    body.append("Rows waited in quarantine because a parent that they name was missing.\n");
    body.append(rows > 0 ? "It has come, and refkeeper has loaded them.\n" : "It has come.\n");
    event.domains().forEach(domain -> append(body, domain));
    if (event.domains().stream().anyMatch(domain -> !domain.refused().isEmpty())) {
      body.append("\nWhat to do now\n");
      body.append("  See the rows that wait on, in SQL:\n");
      body.append("    select file_name, line, column_name, value, reason\n");
      body.append("    from refkeeper.quarantine where state = 'waiting' and release_run_id in (");
      body.append(
          event.releaseRunIds().stream().map(String::valueOf).collect(Collectors.joining(", ")));
      body.append(")\n");
    }
    String subject =
        rows > 0
            ? "loaded " + count(rows, "row that had", "rows that had") + " waited"
            : waitOn(event.domains().stream().mapToLong(ReleaseText::refused).sum());
    return new MessageText("refkeeper: " + subject, body.toString());
  }

  private static void append(StringBuilder body, ReleasedDomain domain) {
    body.append('\n').append(name(domain.domain())).append(": ");
    body.append(count(domain.rows(), "row", "rows")).append(" loaded");
    body.append(domain.rows() > 0 ? ", from " + count(domain.files(), "file", "files") : "");
    body.append('\n');
    if (domain.refused().isEmpty()) {
      return;
    }
    body.append("\n  ").append(waitOn(refused(domain))).append('\n');
    DigestText.appendReasons(body, domain.refused());
  }

  private static long refused(ReleasedDomain domain) {
    return domain.refused().stream().mapToLong(QuarantineReason::count).sum();
  }

  private static String waitOn(long rows) {
    return count(rows, "row waits", "rows wait") + " on, for another reason";
  }
}
