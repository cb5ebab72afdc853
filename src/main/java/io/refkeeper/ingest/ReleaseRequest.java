package io.refkeeper.ingest;

import io.refkeeper.database.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which waiting rows may be released.
 *
 * @param keys by parent table the keys that have come, each as its values in the order of
 *     target_key; an empty list: any key of that table. Empty: whatever waits
 */
public record ReleaseRequest(Trigger trigger, Map<TableName, List<List<String>>> keys) {

  /** Why rows are released. */
  public enum Trigger {
    /** The regular look for what was missed. */
    SCHEDULE,
    /** Reference tables were synced. */
    SYNC,
    /** A load made or found parents. */
    LOAD,
    /** A person, or what a person did: a review, a merge, a replay. */
    MANUAL;

    String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ReleaseRequest {
    keys = Map.copyOf(keys);
  }

  /** Whatever waits. */
  public static ReleaseRequest all(Trigger trigger) {
    return new ReleaseRequest(trigger, Map.of());
  }

  /** Whether rows that name this parent table are asked for. */
  boolean concerns(TableName parent) {
    return keys.isEmpty() || keys.containsKey(parent);
  }
}
