package io.refkeeper.ingest.reader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** Reads one or several sheets of a workbook as one; each has its own header row. */
final class XlsxRowReader implements RowReader {

  private final Rejection rejection;
  private final int headerRow;
  private final WorkbookPackage workbook;
  private final SharedStrings strings;
  private final NumberFormats formats;
  private final Deque<WorkbookPackage.Sheet> waiting;
  private final long totalBytes;
  private SheetReader sheet;
  private List<String> header;

  XlsxRowReader(Path file, Rejection rejection, int headerRow, List<String> sheets)
      throws IOException {
    this.rejection = rejection;
    this.headerRow = headerRow;
    this.workbook = new WorkbookPackage(file, rejection);
    try {
      this.waiting = new ArrayDeque<>(wanted(sheets));
      this.strings = new SharedStrings(workbook, Runtime.getRuntime().maxMemory() / 4, rejection);
      this.formats = new NumberFormats(workbook);
      this.totalBytes =
          workbook.inflated()
              + waiting.stream().mapToLong(s -> workbook.declaredSize(s.entry())).sum();
      openNextSheet();
    } catch (RuntimeException e) {
      workbook.close();
      throw e;
    }
  }

  private List<WorkbookPackage.Sheet> wanted(List<String> names) {
    List<WorkbookPackage.Sheet> all = workbook.sheets();
    if (all.isEmpty()) {
      throw workbook.damaged("The workbook has no sheet of cells", null);
    }
    if (names.isEmpty()) {
      return List.of(
          all.stream().filter(WorkbookPackage.Sheet::visible).findFirst().orElse(all.get(0)));
    }
    List<WorkbookPackage.Sheet> wanted = new ArrayList<>();
    for (String name : names) {
      wanted.add(find(all, Text.name(name)));
    }
    return wanted;
  }

  private WorkbookPackage.Sheet find(List<WorkbookPackage.Sheet> all, String name) {
    for (WorkbookPackage.Sheet candidate : all) {
      if (candidate.name().equals(name)) {
        return candidate;
      }
    }
    if (name.matches("[0-9]{1,4}") && Integer.parseInt(name) < all.size()) {
      return all.get(Integer.parseInt(name));
    }
    String there = all.stream().map(s -> "'" + s.name() + "'").collect(Collectors.joining(", "));
    throw rejection.of(
        "sheet_not_found",
        "The workbook has no sheet '" + name + "'; it has " + there,
        "rename the sheet, or correct 'sheet' of the domain");
  }

  private void openNextSheet() {
    WorkbookPackage.Sheet next = waiting.remove();
    sheet = new SheetReader(workbook, next, strings, formats, rejection);
    if (headerRow == 0) {
      header = List.of();
      return;
    }
    SourceRow row = sheet.next();
    while (row != null && row.line() < headerRow) {
      row = sheet.next();
    }
    if (row == null) {
      throw rejection.inSheet(
          "missing_header",
          "The sheet has no value in row " + headerRow + ", where its header should be, or below",
          next.name(),
          0,
          "correct format.header_row of the domain, or the workbook");
    }
    List<String> names =
        Header.names(row.values(), rejection, "sheet " + next.name() + ", row " + row.line());
    if (header != null && !header.equals(names)) {
      throw rejection.inSheet(
          "headers_differ",
          "The sheet's columns are " + names + ", those of the sheet before it " + header,
          next.name(),
          row.line(),
          "give both sheets the same columns in the same order");
    }
    header = names;
  }

  @Override
  public List<String> header() {
    return header;
  }

  @Override
  public SourceRow next() {
    SourceRow row = sheet.next();
    while (row == null && !waiting.isEmpty()) {
      sheet.close();
      openNextSheet();
      row = sheet.next();
    }
    return row;
  }

  @Override
  public long bytesRead() {
    return workbook.inflated();
  }

  @Override
  public long totalBytes() {
    return Math.max(totalBytes, workbook.inflated());
  }

  @Override
  public void close() {
    try {
      sheet.close();
      workbook.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
