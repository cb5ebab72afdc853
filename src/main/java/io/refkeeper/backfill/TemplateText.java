package io.refkeeper.backfill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code template}: text with the values of the first row that has them all. {@code jsonb_append}:
 * the different texts of all rows, as a JSON array.
 */
final class TemplateText implements Aggregator {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}:]+)(?::([^{}]+))?}");
  private static final int LENGTH_OF_ISO_DATE = 10;

  private final List<Function<String[], String>> pieces;
  private final boolean array;
  private final KeptValues texts;

  private TemplateText(
      List<Function<String[], String>> pieces, boolean array, KeptValues.Room room) {
    this.pieces = pieces;
    this.array = array;
    this.texts = new KeptValues(array ? KeptValues.PER_KEY : 1, room);
  }

  /**
   * Compiles a template once for all keys.
   *
   * @param positionOf a column's position in a row; negative when the file lacks it
   * @return null when the file lacks a column of the template
   */
  static List<Function<String[], String>> compile(
      String template, ToIntFunction<String> positionOf) {
    List<Function<String[], String>> pieces = new ArrayList<>();
    Matcher matcher = PLACEHOLDER.matcher(template);
    int end = 0;
    while (matcher.find()) {
      pieces.add(constant(template.substring(end, matcher.start())));
      int position = positionOf.applyAsInt(matcher.group(1));
      if (position < 0) {
        return null;
      }
      pieces.add(value(position, matcher.group(2)));
      end = matcher.end();
    }
    pieces.add(constant(template.substring(end)));
    return pieces;
  }

  private static Function<String[], String> constant(String text) {
    return values -> text;
  }

  private static Function<String[], String> value(int position, String datePattern) {
    if (datePattern == null) {
      return values -> values[position];
    }
    DateTimeFormatter format = DateTimeFormatter.ofPattern(datePattern);
    return values -> {
      LocalDate date = values[position] == null ? null : date(values[position]);
      return date == null ? null : date.format(format);
    };
  }

  /**
   * Dates are ISO by now; a timestamp's time of day is not part of the text. What is no date (in a
   * column that no fact column takes) counts as blank.
   */
  private static LocalDate date(String value) {
    try {
      return LocalDate.parse(value.substring(0, Math.min(LENGTH_OF_ISO_DATE, value.length())));
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  static TemplateText text(List<Function<String[], String>> pieces, KeptValues.Room room) {
    return new TemplateText(pieces, false, room);
  }

  static TemplateText jsonArray(List<Function<String[], String>> pieces, KeptValues.Room room) {
    return new TemplateText(pieces, true, room);
  }

  @Override
  public void add(String[] values) {
    if (!array && !texts.values().isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (Function<String[], String> piece : pieces) {
      String part = piece.apply(values);
      if (part == null) {
        return;
      }
      text.append(part);
    }
    texts.add(text.toString());
  }

  @Override
  public String result() {
    if (texts.values().isEmpty()) {
      return null;
    }
    if (!array) {
      return texts.values().iterator().next();
    }
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    texts.values().forEach(json::add);
    return json.toString();
  }

  @Override
  public List<String> conflicts() {
    return array ? texts.note() : List.of();
  }

  @Override
  public void merge(Aggregator later) {
    texts.addAll(((TemplateText) later).texts);
  }
}
