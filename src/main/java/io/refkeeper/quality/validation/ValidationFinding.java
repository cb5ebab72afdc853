package io.refkeeper.quality.validation;

import io.refkeeper.problem.Finding.Severity;
import io.refkeeper.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Something that the validation found.
 *
 * @param code for scripts: reference_table_empty, reference_orphan, fact_orphan, similar_keys,
 *     unused_derived or check_failed
 * @param severity {@code error}, or {@code warning}
 * @param place a table, with columns if it is about them
 * @param keys how many keys are concerned
 * @param rows how many rows name them; 0 where it makes no sense
 * @param samples some of the keys
 */
public record ValidationFinding(
    String code,
    String severity,
    String place,
    String message,
    String remedy,
    long keys,
    long rows,
    List<Sample> samples) {

  private static final int SAMPLES_IN_A_SENTENCE = 5;

  public ValidationFinding {
    samples = List.copyOf(samples);
  }

  /**
   * One key, or several that look alike.
   *
   * @param keys each as the values of its key columns
   * @param note what there is to say about them; empty: nothing
   */
  public record Sample(List<List<String>> keys, String note) {

    /** For people: keys in quotes, so that spaces at their ends can be seen. */
    public String text() {
      String text = keys.stream().map(KeyText::of).collect(Collectors.joining(" = "));
      return note.isEmpty() ? text : text + " (" + note + ")";
    }
  }

  static ValidationFinding error(
      String code, String place, String message, String remedy, Counted counted) {
    return of(Severity.ERROR, code, place, message, remedy, counted);
  }

  static ValidationFinding warning(
      String code, String place, String message, String remedy, Counted counted) {
    return of(Severity.WARNING, code, place, message, remedy, counted);
  }

  private static ValidationFinding of(
      Severity severity,
      String code,
      String place,
      String message,
      String remedy,
      Counted counted) {
    return new ValidationFinding(
        code,
        severity.name().toLowerCase(Locale.ROOT),
        place,
        message,
        remedy,
        counted.keys(),
        counted.rows(),
        counted.samples());
  }

  /** The finding with its first keys in a sentence, for a message. */
  Problem problem() {
    List<Sample> some = samples.stream().limit(SAMPLES_IN_A_SENTENCE).toList();
    String shown = some.stream().map(Sample::text).collect(Collectors.joining("; "));
    long more = keys - some.stream().mapToLong(sample -> sample.keys().size()).sum();
    String tail = more > 0 && !shown.isEmpty() ? "; and %,d more".formatted(more) : "";
    String sentence = shown.isEmpty() ? message : message + ": " + shown + tail;
    return new Problem(code, sentence, place, remedy);
  }

  /** How much a check has counted, and some of it. */
  record Counted(long keys, long rows, List<Sample> samples) {
    static final Counted NOTHING = new Counted(0, 0, List.of());
  }
}
