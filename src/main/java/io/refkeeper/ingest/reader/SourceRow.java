package io.refkeeper.ingest.reader;

import java.util.BitSet;

/**
 * One row as the file has it.
 *
 * @param line CSV: the physical line on which the record starts; XLSX: Excel's row number
 * @param sheet XLSX: the sheet's name; CSV: null
 * @param values one text a cell, not trimmed; may be shorter or longer than the header; a cell that
 *     is not there is the empty string
 * @param errorCells indexes of cells that hold an error (#N/A) or a formula without a stored value;
 *     null: none
 */
public record SourceRow(long line, String sheet, String[] values, BitSet errorCells) {

  /** Characters that a row may have in all. A longer one is no row, but a quote left open. */
  static final int MAX_CHARACTERS = 4 * 1024 * 1024;

  /** How many characters the row's values have. */
  public int characters() {
    int characters = 0;
    for (String value : values) {
      characters += value.length();
    }
    return characters;
  }

  /** Whether the cell holds an error instead of a value. */
  public boolean isError(int index) {
    return errorCells != null && errorCells.get(index);
  }

  /** The row as one CSV record (RFC 4180, comma), for quarantine; built at each call. */
  public String originalText() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        text.append(',');
      }
      appendField(text, values[i]);
    }
    return text.toString();
  }

  private static void appendField(StringBuilder text, String value) {
    boolean quoted =
        value.indexOf(',') >= 0
            || value.indexOf('"') >= 0
            || value.indexOf('\n') >= 0
            || value.indexOf('\r') >= 0;
    if (quoted) {
      text.append('"').append(value.replace("\"", "\"\"")).append('"');
    } else {
      text.append(value);
    }
  }
}
