package io.refkeeper.ingest.transform;

import java.util.Locale;

/** Why a row cannot be loaded. The codes are stable: scripts and the quarantine table use them. */
public enum RejectionReason {
  /** No number, or one whose thousands separators are misplaced. */
  BAD_NUMBER,
  /** No date or time in any of the column's formats, or one that the calendar does not have. */
  BAD_DATE,
  /** A number or date that the column's type cannot hold. */
  OUT_OF_RANGE,
  /** More characters than the column holds. */
  TOO_LONG,
  /** Blank where the fact column is NOT NULL. */
  NULL_VALUE,
  BAD_BOOLEAN,
  BAD_UUID,
  BAD_JSON,
  /** An Excel error such as #N/A, or a formula without a stored value. */
  ERROR_CELL,
  /** More fields than the header has, and not all of the surplus is blank. */
  TOO_MANY_FIELDS,
  /** The row ends before a column that must be there. */
  TOO_FEW_FIELDS,
  /** A NUL, or half of a surrogate pair: PostgreSQL cannot store it in a text. */
  NUL_CHARACTER;

  /** The stable name, in lower case with underscores. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
