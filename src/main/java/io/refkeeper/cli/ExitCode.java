package io.refkeeper.cli;

/** What a command tells the shell; the contract of design/5. Of several, the highest of 5, 4, 0. */
final class ExitCode {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int CONFIGURATION_INVALID = 3;
  static final int ROWS_IN_QUARANTINE = 4;
  static final int REFUSED = 5;

  private ExitCode() {}
}
