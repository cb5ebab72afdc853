package io.refkeeper.ingest.reader;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a file's name and its content say the same. A file that is read as what it is not only
 * gives confusing messages about its columns.
 */
final class NameAndContent {

  private static final Set<String> WORKBOOKS = Set.of("xlsx", "xlsm", "xls");
  private static final Set<String> TEXTS = Set.of("csv", "txt", "tsv");

  private NameAndContent() {}

  /**
   * @param start the first bytes of the file
   * @throws FileRejectedException when the name says workbook and the content text, or the reverse
   */
  static void requireAgreement(String name, boolean workbook, byte[] start, Rejection rejection) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!workbook && WORKBOOKS.contains(ending)) {
      throw rejection.of(
          "text_named_as_workbook",
          "The file's name ends in .%s, but its content is no workbook%s"
              .formatted(ending, looksLike(start)),
          "open it in Excel and save it as .xlsx; if it is a CSV file, rename it to end in .csv");
    }
    if (workbook && TEXTS.contains(ending)) {
      throw rejection.of(
          "workbook_named_as_text",
          "The file's name ends in .%s, but its content is a workbook or another ZIP archive"
              .formatted(ending),
          "rename it to end in .xlsx if it is a workbook; if it is an archive, unpack it");
    }
  }

  private static String looksLike(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1).strip();
    if (text.startsWith("<")) {
      return ": it looks like HTML or XML, which Excel opens but refkeeper does not read";
    }
    boolean control = text.chars().anyMatch(c -> c < ' ' && c != '\t' && c != '\r' && c != '\n');
    return control ? "" : ": it looks like text";
  }
}
