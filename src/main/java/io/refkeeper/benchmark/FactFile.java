package io.refkeeper.benchmark;

import io.refkeeper.benchmark.FactRows.Oddity;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/**
 * A file to be loaded, and what is to become of its rows.
 *
 * @param bytes its size
 * @param badRows rows that belong into quarantine
 * @param newParents distinct keys without a parent
 */
record FactFile(Path path, long rows, long bytes, long badRows, long newParents) {

  private static final int ROWS_BETWEEN_FLUSHES = 1_000;

  static FactFile csv(Path path, long rows, long seed, Oddity oddity, int unknownKeys)
      throws IOException {
    FactRows source = new FactRows(seed, oddity, unknownKeys);
    try (BufferedWriter out = Files.newBufferedWriter(path)) {
      out.write(String.join(",", FactRows.COLUMNS));
      out.write('\n');
      for (long row = 0; row < rows; row++) {
        write(out, source);
      }
    }
    return new FactFile(path, rows, written(path), source.badRows(), source.unknownKeys());
  }

  private static void write(BufferedWriter out, FactRows source) throws IOException {
    String[] values = source.next();
    for (int i = 0; i < source.fields(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.write(values[i]);
    }
    out.write('\n');
  }

  /** The same rows as a workbook, dates and amounts as such. */
  static FactFile workbook(Path path, int rows, long seed) throws IOException {
    FactRows source = new FactRows(seed, Oddity.NONE, 1);
    try (OutputStream out = Files.newOutputStream(path);
        Workbook workbook = new Workbook(out, "refkeeper", "1.0")) {
      Worksheet sheet = workbook.newWorksheet("facts");
      for (int column = 0; column < FactRows.COLUMNS.size(); column++) {
        sheet.value(0, column, FactRows.COLUMNS.get(column));
      }
      for (int row = 1; row <= rows; row++) {
        write(sheet, row, source.next());
        if (row % ROWS_BETWEEN_FLUSHES == 0) {
          sheet.flush();
        }
      }
    }
    return new FactFile(path, rows, written(path), 0, 0);
  }

  private static void write(Worksheet sheet, int row, String[] values) {
    sheet.value(row, 0, LocalDate.parse(values[0]));
    sheet.style(row, 0).format("yyyy-mm-dd").set();
    for (int column = 1; column < FactRows.COLUMNS.size(); column++) {
      if (column < FactRows.FIRST_AMOUNT) {
        sheet.value(row, column, values[column]);
      } else {
        sheet.value(row, column, Double.parseDouble(values[column]));
      }
    }
  }

  /** A file of one foreign key: distinct keys, none of which has a parent. */
  static FactFile newKeys(Path path, int keys) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(path)) {
      out.write("code,name,amount\n");
      for (int i = 0; i < keys; i++) {
        out.write(newKey(i) + "," + newName(i) + "," + i + ".25\n");
      }
    }
    return new FactFile(path, keys, written(path), 0, keys);
  }

  /** The size, once the disk has it: what is still to be written would slow what is measured. */
  private static long written(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.force(true);
      return file.size();
    }
  }

  static String newKey(int number) {
    return "NEW%06d".formatted(number);
  }

  static String newName(int number) {
    return "企业年金计划" + number;
  }
}
