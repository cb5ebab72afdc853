package io.refkeeper.ingest.transform;

import java.io.Serial;

/** A value that its column cannot take. Has no stack trace: a file may hold a million of them. */
final class BadValueException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final RejectionReason reason;

  BadValueException(RejectionReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  RejectionReason reason() {
    return reason;
  }
}
