package io.refkeeper.ingest;

import io.refkeeper.config.ColumnRule.Otherwise;
import io.refkeeper.config.Domain.FileFormat;
import io.refkeeper.ingest.reader.RowReader;
import io.refkeeper.ingest.reader.RowReaders;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.ingest.transform.RowTransformer;
import io.refkeeper.ingest.transform.SampleDomain;
import io.refkeeper.ingest.transform.TransformedRow.Loadable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/** Prints rows per second of reading and transforming 22 columns; no test, started by hand. */
public final class ReadingSpeed {

  private static final FileFormat FORMAT = new FileFormat("auto", "auto", 1);

  private ReadingSpeed() {}

  public static void main(String[] arguments) throws IOException {
    int csvRows = Integer.parseInt(arguments[0]);
    int xlsxRows = Integer.parseInt(arguments[1]);
    Path csv = Files.createTempFile("speed", ".csv");
    Path xlsx = Files.createTempFile("speed", ".xlsx");
    try {
      write(csv, csvRows);
      writeWorkbook(xlsx, xlsxRows);
      for (int round = 0; round < 4; round++) {
        measure(csv, csvRows, false);
        measure(csv, csvRows, true);
        measure(xlsx, xlsxRows, false);
        measure(xlsx, xlsxRows, true);
      }
    } finally {
      Files.delete(csv);
      Files.delete(xlsx);
    }
  }

  private static void measure(Path file, int expected, boolean transform) {
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long startCpu = thread.getCurrentThreadCpuTime();
    long rows = 0;
    try (RowReader reader = RowReaders.open(file, FORMAT, List.of())) {
      RowTransformer transformer = domain().transformer(reader.header().toArray(String[]::new));
      for (SourceRow row = reader.next(); row != null; row = reader.next()) {
        rows += !transform || transformer.transform(row) instanceof Loadable ? 1 : 0;
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpu = (thread.getCurrentThreadCpuTime() - startCpu) / 1e9;
    if (rows != expected) {
      throw new IllegalStateException(rows + " of " + expected + " rows are loadable");
    }
    System.out.printf(
        "%s %s: %,d rows in %.2f s, %,.0f rows/s; %.2f s of CPU, %,.0f rows/s of CPU%n",
        file.toString().endsWith("csv") ? "CSV" : "XLSX",
        transform ? "read and transformed" : "read",
        rows,
        seconds,
        rows / seconds,
        cpu,
        rows / cpu);
  }

  private static SampleDomain domain() {
    SampleDomain domain =
        new SampleDomain()
            .required("month", "date")
            .varchar("business", 255)
            .varchar("product_line", 255)
            .rule("month", "month", "yyyyMM", "yyyy年M月", "yy年M月", "yyyy-MM-dd", "excel")
            .map("business", "product_line", Map.of("企年受托", "PL202"), new Otherwise(true, null))
            .skipEquals("text0", "合计", "小计")
            .skipBlank("month");
    for (int i = 0; i < 11; i++) {
      domain.varchar("text" + i, 255);
    }
    for (int i = 0; i < 9; i++) {
      domain.numeric("amount" + i, 18, 4);
    }
    return domain;
  }

  private static List<String> header() {
    List<String> names = new ArrayList<>(List.of("month", "business"));
    for (int i = 0; i < 11; i++) {
      names.add("text" + i);
    }
    for (int i = 0; i < 9; i++) {
      names.add("amount" + i);
    }
    return names;
  }

  private static String text(int column, Random random) {
    return column % 2 == 0
        ? "AN" + (10_000 + random.nextInt(2000))
        : "华东电力集团有限公司" + random.nextInt(1000);
  }

  private static void write(Path file, int rows) throws IOException {
    Random random = new Random(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(String.join(",", header()) + "\n");
      for (int i = 0; i < rows; i++) {
        StringBuilder line = new StringBuilder("202510,企年受托");
        for (int c = 0; c < 11; c++) {
          line.append(',').append(text(c, random));
        }
        for (int c = 0; c < 9; c++) {
          line.append(',').append(random.nextInt(100_000_000)).append('.').append(1234);
        }
        out.write(line.append('\n').toString());
      }
    }
  }

  private static void writeWorkbook(Path file, int rows) throws IOException {
    Random random = new Random(1);
    try (OutputStream out = Files.newOutputStream(file);
        Workbook workbook = new Workbook(out, "speed", "1.0")) {
      Worksheet sheet = workbook.newWorksheet("facts");
      List<String> header = header();
      for (int c = 0; c < header.size(); c++) {
        sheet.value(0, c, header.get(c));
      }
      for (int i = 1; i <= rows; i++) {
        sheet.value(i, 0, 202510);
        sheet.value(i, 1, "企年受托");
        for (int c = 0; c < 11; c++) {
          sheet.value(i, c + 2, text(c, random));
        }
        for (int c = 0; c < 9; c++) {
          sheet.value(i, c + 13, random.nextInt(100_000_000) + 0.1234);
        }
        if (i % 1000 == 0) {
          sheet.flush();
        }
      }
    }
  }
}
