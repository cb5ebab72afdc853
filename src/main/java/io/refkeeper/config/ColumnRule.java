package io.refkeeper.config;

import java.util.List;
import java.util.Map;

/**
 * A rule for one file column; columns without a rule go to the fact column of their own name.
 *
 * @param source the column's name in the file
 * @param target the fact column; null: not loaded
 * @param formats date patterns tried in order ({@code excel}: a serial number); empty: the built-in
 *     ones of the column's type
 * @param map value to value, applied after trimming; a {@code map_file} is read into it; null: none
 * @param otherwise what a value missing in the map becomes; only used with a map
 * @param optional true: the file may lack the column
 */
public record ColumnRule(
    String source,
    String target,
    List<String> formats,
    Map<String, String> map,
    Otherwise otherwise,
    boolean optional) {

  /**
   * What a value that is missing in the map becomes. Without {@code otherwise} in the file the
   * value stays as it is ({@code present} false).
   *
   * @param present whether the file says {@code otherwise}
   * @param value the replacement; null is NULL
   */
  public record Otherwise(boolean present, String value) {
    public static final Otherwise KEEP = new Otherwise(false, null);
  }
}
