package io.refkeeper.notification;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one load did, in figures, with samples of what a steward has to look at.
 *
 * @param rowsRead the sum of rowsLoaded, rowsQuarantined and rowsFiltered
 * @param tables reference tables with new parents, in the order of derivation
 * @param quarantined reasons, most frequent first
 */
@JsonNaming(SnakeCaseStrategy.class)
public record LoadDigest(
    String domain,
    long loadRunId,
    long rowsRead,
    long rowsLoaded,
    long rowsQuarantined,
    long rowsFiltered,
    List<DerivedTable> tables,
    List<QuarantineReason> quarantined) {

  public LoadDigest {
    tables = List.copyOf(tables);
    quarantined = List.copyOf(quarantined);
  }

  /**
   * New parents in one reference table.
   *
   * @param count all new parents
   * @param samples the first of them; about 20 are enough, more are never shown
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record DerivedTable(
      String table, String foreignKey, long count, List<DerivedSample> samples) {
    public DerivedTable {
      samples = List.copyOf(samples);
    }
  }

  /**
   * One new parent and where it came from.
   *
   * @param key the key columns' values, in the order of the configured target_key
   * @param values the other columns that were filled, by column, in order; a null value is left out
   * @param sheet null or empty for a file without sheets
   * @param firstLine one-based line, or row of the sheet, of the first fact that names the key
   * @param factRows facts that name the key
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record DerivedSample(
      List<String> key, Map<String, String> values, String sheet, long firstLine, long factRows) {
    public DerivedSample {
      key = List.copyOf(key);
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * Why rows wait in quarantine.
   *
   * @param code the stable reason code
   * @param reason the reason in words
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record QuarantineReason(String code, String reason, long count) {}
}
