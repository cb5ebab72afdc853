package io.refkeeper.sync;

import java.util.Locale;

/** What made a sync run. */
public enum Trigger {
  SCHEDULE,
  CHANGE,
  MANUAL,
  CATCH_UP;

  /** The value in {@code refkeeper.sync_run.trigger}. */
  String stored() {
    return name().toLowerCase(Locale.ROOT);
  }
}
