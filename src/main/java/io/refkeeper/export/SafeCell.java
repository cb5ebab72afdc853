package io.refkeeper.export;

/**
 * Text that a spreadsheet takes for text. Excel, LibreOffice and their kin evaluate a cell that
 * begins like a formula, and data from files must not be able to make them (OWASP, CSV Injection).
 */
public final class SafeCell {

  /** What begins a formula, or hides one that follows; in East Asia the wide forms, too. */
  private static final String FORMULA_STARTS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

  private static final String MARK = "'";

  private SafeCell() {}

  /**
   * The text, behind a {@code '} if it begins like a formula.
   *
   * @param value null: an empty cell
   */
  public static String of(Object value) {
    String text = value == null ? "" : value.toString();
    return !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? MARK + text : text;
  }
}
