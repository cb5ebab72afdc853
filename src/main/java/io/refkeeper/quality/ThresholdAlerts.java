package io.refkeeper.quality;

import io.refkeeper.config.ManagementPolicy.Alerts;
import io.refkeeper.database.TableName;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Event.Threshold;
import io.refkeeper.notification.Outbox;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares the latest snapshots with the configured thresholds, and tells people of those that were
 * crossed since the last time, upwards or back. The caller holds the lock of the snapshots.
 */
final class ThresholdAlerts {

  private static final String RATIO = "auto_derived_ratio";
  private static final String PENDING = "pending_review";

  private final JdbcClient jdbc;
  private final Alerts thresholds;
  private final Outbox outbox;

  ThresholdAlerts(JdbcClient jdbc, Alerts thresholds, Outbox outbox) {
    this.jdbc = jdbc;
    this.thresholds = thresholds;
    this.outbox = outbox;
  }

  /** A threshold's place: its name and table; both parts of the table's name are empty for all. */
  private record Key(String alert, TableName table) {}

  /** A value that was compared. */
  private record Measure(Key key, double value, double threshold) {
    boolean isAbove() {
      return value > threshold;
    }

    Threshold told() {
      TableName table = key.table();
      return new Threshold(
          key.alert(), table.name().isEmpty() ? null : table.toString(), value, threshold);
    }
  }

  /** Opens and closes alerts, with one message for all of them. */
  void evaluate() {
    Map<Key, Long> open = open();
    List<Threshold> crossed = new ArrayList<>();
    List<Threshold> recovered = new ArrayList<>();
    for (Measure measure : measures()) {
      Long alert = open.get(measure.key());
      if (measure.isAbove() && alert == null) {
        raise(measure);
        crossed.add(measure.told());
      } else if (!measure.isAbove() && alert != null) {
        recover(alert);
        recovered.add(measure.told());
      }
    }
    if (!crossed.isEmpty() || !recovered.isEmpty()) {
      outbox.publish(new Event.ThresholdsCrossed(crossed, recovered));
    }
  }

  private List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    long[] pending = new long[1];
    jdbc.sql("select * from refkeeper.quality_latest")
        .query(
            row -> {
              TableName table =
                  new TableName(row.getString("table_schema"), row.getString("table_name"));
              long derived = row.getLong("auto_derived");
              double ratio = Quality.ratio(derived, row.getLong("authoritative"));
              pending[0] += row.getLong("pending_review");
              measures.add(new Measure(new Key(RATIO, table), ratio, ratioOf(table)));
            });
    Key all = new Key(PENDING, new TableName("", ""));
    measures.add(new Measure(all, pending[0], thresholds.pendingReview()));
    return measures;
  }

  private double ratioOf(TableName table) {
    return thresholds.perTable().getOrDefault(table.name(), thresholds.autoDerivedRatio());
  }

  private Map<Key, Long> open() {
    Map<Key, Long> open = new HashMap<>();
    jdbc.sql(
            "select alert, table_schema, table_name, id from refkeeper.quality_alert"
                + " where recovered_at is null")
        .query(
            row -> {
              TableName table = new TableName(row.getString(2), row.getString(3));
              open.put(new Key(row.getString(1), table), row.getLong(4));
            });
    return open;
  }

  private void raise(Measure measure) {
    jdbc.sql(
            """
            insert into refkeeper.quality_alert (alert, table_schema, table_name, threshold, value)
            values (?, ?, ?, ?, ?)
            """)
        .params(
            measure.key().alert(),
            measure.key().table().schema(),
            measure.key().table().name(),
            BigDecimal.valueOf(measure.threshold()),
            BigDecimal.valueOf(measure.value()))
        .update();
  }

  private void recover(long alert) {
    jdbc.sql("update refkeeper.quality_alert set recovered_at = clock_timestamp() where id = ?")
        .param(alert)
        .update();
  }
}
