package io.refkeeper.ingest.reader;

import io.refkeeper.problem.Problem;

/** Makes the rejections of one file; holds the name that people know the file by. */
record Rejection(String file) {

  FileRejectedException of(String code, String message, String remedy) {
    return new FileRejectedException(new Problem(code, message, file, remedy));
  }

  FileRejectedException of(String code, String message, String remedy, Throwable cause) {
    return new FileRejectedException(new Problem(code, message, file, remedy), cause);
  }

  FileRejectedException atLine(String code, String message, long line, String remedy) {
    return at(code, message, ", line " + line, remedy);
  }

  FileRejectedException at(String code, String message, TextLocator.Position at, String remedy) {
    return at(code, message, ", line " + at.line() + ", column " + at.column(), remedy);
  }

  FileRejectedException inSheet(
      String code, String message, String sheet, long row, String remedy) {
    String place = ", sheet " + sheet + (row > 0 ? ", row " + row : "");
    return at(code, message, place, remedy);
  }

  private FileRejectedException at(String code, String message, String place, String remedy) {
    return new FileRejectedException(new Problem(code, message, file + place, remedy));
  }
}
