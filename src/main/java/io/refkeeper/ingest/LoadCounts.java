package io.refkeeper.ingest;

import java.util.LinkedHashMap;
import java.util.Map;

/** The figures of one load; every row read ends in exactly one of loaded, quarantined, filtered. */
public final class LoadCounts {

  private long read;
  private long loaded;
  private long quarantined;
  private long filtered;
  private long replaced;
  private ControlTotals.Totals replacedTotals = ControlTotals.Totals.NONE;
  private final Map<String, Long> quarantinedByCode = new LinkedHashMap<>();
  private final Map<String, String> reasonByCode = new LinkedHashMap<>();

  void addRead(long rows) {
    read += rows;
  }

  void addFiltered(long rows) {
    filtered += rows;
  }

  void addLoaded(long rows) {
    loaded += rows;
  }

  void addReplaced(long rows) {
    replaced += rows;
  }

  /** Counts rows that were replaced and keeps their sums. */
  void addReplaced(ControlTotals.Totals totals) {
    replaced += totals.rows();
    replacedTotals = replacedTotals.plus(totals);
  }

  /** Of the rows whose sums were asked for. */
  ControlTotals.Totals replacedTotals() {
    return replacedTotals;
  }

  void addQuarantined(String code, String exampleReason) {
    quarantined++;
    quarantinedByCode.merge(code, 1L, Long::sum);
    reasonByCode.putIfAbsent(code, exampleReason);
  }

  public long read() {
    return read;
  }

  public long loaded() {
    return loaded;
  }

  public long quarantined() {
    return quarantined;
  }

  public long filtered() {
    return filtered;
  }

  public long replaced() {
    return replaced;
  }

  /** Quarantined rows by reason code. */
  public Map<String, Long> quarantinedByCode() {
    return quarantinedByCode;
  }

  /** The words of the first row of each reason code. */
  public Map<String, String> reasonByCode() {
    return reasonByCode;
  }

  /**
   * Asserts that no row was lost or doubled.
   *
   * @throws IllegalStateException otherwise; the load must not commit
   */
  public void assertComplete() {
    if (read != loaded + quarantined + filtered) {
      throw new IllegalStateException(
          "%d rows were read, but %d loaded, %d quarantined and %d filtered; nothing was committed"
              .formatted(read, loaded, quarantined, filtered));
    }
  }
}
