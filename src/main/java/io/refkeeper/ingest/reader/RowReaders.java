package io.refkeeper.ingest.reader;

import io.refkeeper.config.Domain.FileFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Opens fact files; what a file is, is decided by its content, which its name must not deny. */
public final class RowReaders {

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};
  private static final byte[] OLE_2 = {
    (byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a, (byte) 0xe1
  };

  /** The stream's name in an OLE2 file that is really an encrypted .xlsx (MS-OFFCRYPTO 2.3.4.4). */
  private static final byte[] ENCRYPTED = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);

  private RowReaders() {}

  /** Opens a file under its own name. */
  public static RowReader open(Path file, FileFormat format, List<String> sheets) {
    return open(file, file.getFileName().toString(), format, sheets);
  }

  /**
   * Opens a file and reads its header.
   *
   * @param name the name that people know the file by, for messages
   * @param sheets of a workbook: names, or zero-based indexes, read as one; empty: the first
   * @throws FileRejectedException when it is no CSV or XLSX file, or its header cannot be read
   */
  public static RowReader open(Path file, String name, FileFormat format, List<String> sheets) {
    Rejection rejection = new Rejection(name);
    try {
      return isWorkbook(file, name, rejection)
          ? new XlsxRowReader(file, rejection, format.headerRow(), sheets)
          : new CsvRowReader(file, rejection, format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of a workbook's sheets, in order; empty when the file is CSV. Reads no rows. */
  public static List<String> sheetNames(Path file) {
    return sheetNames(file, file.getFileName().toString());
  }

  /**
   * The names of a workbook's sheets, in order; empty when the file is CSV. Reads no rows.
   *
   * @param name the name that people know the file by, for messages
   * @throws FileRejectedException when it is neither CSV nor XLSX, or damaged
   */
  public static List<String> sheetNames(Path file, String name) {
    Rejection rejection = new Rejection(name);
    try {
      if (!isWorkbook(file, name, rejection)) {
        return List.of();
      }
      try (WorkbookPackage workbook = new WorkbookPackage(file, rejection)) {
        return workbook.sheets().stream().map(WorkbookPackage.Sheet::name).toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isWorkbook(Path file, String name, Rejection rejection)
      throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(OLE_2.length);
    }
    if (start.length == 0) {
      throw rejection.of("empty_file", "The file is empty", "deliver it again");
    }
    if (Arrays.equals(start, OLE_2)) {
      throw contains(file, ENCRYPTED)
          ? rejection.of(
              "encrypted_workbook",
              "The workbook is protected by a password",
              "save it without a password and deliver it again")
          : rejection.of(
              "old_excel_format",
              "The file is in the format of Excel 97-2003 (.xls)",
              "open it in Excel and save it as .xlsx");
    }
    boolean workbook = startsWith(start, ZIP) || startsWith(start, EMPTY_ZIP);
    NameAndContent.requireAgreement(name, workbook, start, rejection);
    return workbook;
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static boolean contains(Path file, byte[] wanted) throws IOException {
    int matched = 0;
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      int n;
      while ((n = in.read(buffer)) > 0) {
        for (int i = 0; i < n; i++) {
          // only the first byte can begin a match again: no byte 'E' repeats the prefix "E\0"
          matched = buffer[i] == wanted[matched] ? matched + 1 : buffer[i] == wanted[0] ? 1 : 0;
          if (matched == wanted.length) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
