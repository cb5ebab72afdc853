package io.refkeeper.ingest;

import io.refkeeper.quarantine.QuarantinedRow;
import java.util.List;

/**
 * Rows of one chunk that go the same way; what the content-based router decides on.
 *
 * @param known for {@link Kind#KNOWN}
 * @param unknown for {@link Kind#UNKNOWN}
 * @param plain more of them, as bytes already
 * @param bad for {@link Kind#BAD}
 */
public record Lane(
    Kind kind,
    DomainLoad load,
    CopyBatch known,
    List<FactRow> unknown,
    HeldBlock plain,
    List<QuarantinedRow> bad) {

  /** The ways a row can go. */
  public enum Kind {
    /** Every parent is there and locked: copy. */
    KNOWN,
    /** A parent is to be derived: hold until the end of the file. */
    UNKNOWN,
    /** Cannot be loaded: quarantine. */
    BAD
  }

  static Lane known(DomainLoad load, CopyBatch known) {
    return new Lane(Kind.KNOWN, load, known, List.of(), null, List.of());
  }

  static Lane unknown(DomainLoad load, List<FactRow> unknown, HeldBlock plain) {
    return new Lane(Kind.UNKNOWN, load, null, unknown, plain, List.of());
  }

  static Lane bad(DomainLoad load, List<QuarantinedRow> bad) {
    return new Lane(Kind.BAD, load, null, List.of(), null, bad);
  }

  /** Each lane is one of its own; to compare the rows would take longer than to load them. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
