package io.refkeeper.ingest;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.refkeeper.notification.LoadDigest.DerivedTable;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import io.refkeeper.notification.PlainText;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one domain's load did; kept in the ledger, reported to people and scripts.
 *
 * @param rowsReplaced rows that were there before and were deleted or overwritten
 * @param fkCheck {@code verified} when refkeeper proved the foreign keys, {@code database} when the
 *     database checked every row
 * @param fkCheckReason why the database checked every row; null when refkeeper proved the keys
 * @param controlTotals null when the domain names no columns for them
 * @param newParents by table
 * @param backfill by foreign key
 * @param coverage by foreign key: share of distinct keys that were there before, 0 to 1
 * @param keys by foreign key: distinct keys of the file
 * @param foundOnDemand by foreign key: distinct keys whose parents were found at their source
 * @param ignoredColumns file columns that no rule names and no fact column takes
 * @param fellThrough by column: values that no map had, and how many rows had them
 * @param leftEmpty derived values that a new parent could not take, the first of each foreign key
 * @param newParentSamples the new parents, the first of each table with their values and lines
 * @param quarantineReasons most frequent first
 */
@JsonNaming(SnakeCaseStrategy.class)
public record LoadResult(
    String domain,
    long loadRunId,
    String table,
    long rowsRead,
    long rowsLoaded,
    long rowsQuarantined,
    long rowsFiltered,
    long rowsReplaced,
    String fkCheck,
    String fkCheckReason,
    ControlTotals controlTotals,
    Map<String, Long> newParents,
    Map<String, BackfillCounts> backfill,
    Map<String, Double> coverage,
    Map<String, Long> keys,
    Map<String, Long> foundOnDemand,
    IgnoredColumns ignoredColumns,
    Map<String, Map<String, Long>> fellThrough,
    List<LeftEmpty> leftEmpty,
    List<DerivedTable> newParentSamples,
    List<QuarantineReason> quarantineReasons,
    long durationMs) {

  /** Older entries of the ledger do not tell of ignored columns. */
  public LoadResult {
    ignoredColumns = ignoredColumns == null ? IgnoredColumns.of(List.of()) : ignoredColumns;
  }

  /**
   * File columns that are loaded nowhere.
   *
   * @param names the first of them, in the file's order
   */
  public record IgnoredColumns(long count, List<String> names) {

    private static final int NAMED = 100;

    static IgnoredColumns of(List<String> all) {
      return new IgnoredColumns(
          all.size(), List.copyOf(all.subList(0, Math.min(NAMED, all.size()))));
    }

    /** For people: the first of them, each on one line. */
    String words(int shown) {
      String first =
          names.stream()
              .limit(shown)
              .map(name -> PlainText.oneLine(name, 40).replace(' ', '\u00a0'))
              .collect(Collectors.joining(", "));
      return count <= shown ? first : "%s and %,d more".formatted(first, count - shown);
    }
  }

  /**
   * Rows and sums as stored, for people to compare.
   *
   * @param load of this load
   * @param previous of the rows it replaced, or of the domain's load before; null: there are none
   */
  public record ControlTotals(Totals load, Totals previous) {}

  /**
   * Rows and sums.
   *
   * @param sums by column, as decimal text: an amount may have more digits than JSON readers keep
   */
  public record Totals(long rows, Map<String, String> sums) {}

  /** A derived optional value that was not stored, and why. */
  public record LeftEmpty(String table, List<String> key, String column, String reason) {}

  /**
   * What backfill did for one foreign key.
   *
   * @param candidates distinct keys that had no parent
   * @param inserted parents that this load made
   * @param updated parents whose empty columns were filled
   * @param skipped candidates that a concurrent load made first, or that no row names in the end
   * @param insertMs milliseconds of the INSERTs of parents alone
   * @param recordMs milliseconds of telling of them: provenance and audit
   * @param totalMs milliseconds of the whole backfill: the two above, and deriving and locking
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record BackfillCounts(
      long candidates,
      long inserted,
      long updated,
      long skipped,
      double insertMs,
      double recordMs,
      double totalMs) {}
}
