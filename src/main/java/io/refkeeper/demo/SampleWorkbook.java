package io.refkeeper.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dhatim.fastexcel.Workbook;

/** Writes a workbook like the one that the users get every month. */
public final class SampleWorkbook {

  /** The users' name for it, brackets included. */
  public static final String FILE_NAME = "【for年金机构经营分析】25年10月年金规模收入数据 1111.xlsx";

  private SampleWorkbook() {}

  /** Writes the workbook with its two sheets. The same options give the same cells. */
  public static void write(Path file, SampleOptions options) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        Workbook workbook = new Workbook(out, "refkeeper", "1.0")) {
      new SampleSheets(workbook, options).write();
    }
  }
}
