package io.refkeeper.ingest;

import io.refkeeper.quarantine.QuarantinedRow;
import java.util.List;

/**
 * Rows of one chunk that go the same way; what the content-based router decides on.
 *
 * @param rows for {@link Kind#KNOWN} and {@link Kind#UNKNOWN}
 * @param bad for {@link Kind#BAD}
 */
public record Lane(Kind kind, DomainLoad load, List<FactRow> rows, List<QuarantinedRow> bad) {

  /** The ways a row can go. */
  public enum Kind {
    /** Every parent is there and locked: copy. */
    KNOWN,
    /** A parent is to be derived: hold until the end of the file. */
    UNKNOWN,
    /** Cannot be loaded: quarantine. */
    BAD
  }

  static Lane of(Kind kind, DomainLoad load, List<FactRow> rows) {
    return new Lane(kind, load, rows, List.of());
  }

  static Lane bad(DomainLoad load, List<QuarantinedRow> bad) {
    return new Lane(Kind.BAD, load, List.of(), bad);
  }
}
