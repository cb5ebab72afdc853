package io.refkeeper.notification;

import io.refkeeper.notification.Event.Threshold;
import io.refkeeper.notification.Event.ThresholdsCrossed;
import java.util.List;
import java.util.Locale;

/** What people read of thresholds that were crossed, upwards or back. */
final class ThresholdText {

  private ThresholdText() {}

  static MessageText of(ThresholdsCrossed event) {
    StringBuilder body = new StringBuilder();
    append(body, "Above the threshold since now\n", event.crossed());
    append(body, "Back since now\n", event.recovered());
    body.append(
        "You are told once when a figure crosses its threshold, and once when it is back.\n");
    if (!event.crossed().isEmpty()) {
      body.append("\nWhat to do now\n");
      body.append("  See which files and domains they come from: refkeeper quality\n");
      body.append(
          "  Review the derived records, or let their source supply them: refkeeper sync\n");
      body.append("  If so many are right: alerts in reference_management.yml\n");
    }
    return new MessageText("refkeeper: " + subject(event), body.toString());
  }

  private static String subject(ThresholdsCrossed event) {
    boolean crossed = !event.crossed().isEmpty();
    List<Threshold> thresholds = crossed ? event.crossed() : event.recovered();
    String first = what(thresholds.get(0)) + (crossed ? "" : ", below the threshold again");
    return thresholds.size() == 1
        ? first
        : first + ", and %d more".formatted(thresholds.size() - 1);
  }

  private static void append(StringBuilder body, String title, List<Threshold> thresholds) {
    if (thresholds.isEmpty()) {
      return;
    }
    body.append(title);
    for (Threshold threshold : thresholds) {
      body.append("  ").append(what(threshold)).append("; threshold ");
      body.append(number(threshold, threshold.threshold())).append('\n');
    }
    body.append('\n');
  }

  private static String what(Threshold threshold) {
    String value = number(threshold, threshold.value());
    return isShare(threshold)
        ? "%s of %s derived".formatted(value, MessageText.name(threshold.table()))
        : value + " derived records wait for review";
  }

  private static String number(Threshold threshold, double value) {
    return isShare(threshold)
        ? String.format(Locale.ROOT, "%.1f%%", value * 100)
        : MessageText.number((long) value);
  }

  private static boolean isShare(Threshold threshold) {
    return threshold.table() != null;
  }
}
