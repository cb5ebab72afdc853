package io.refkeeper.config;

import io.refkeeper.config.ForeignKeyRule.Aggregation;
import io.refkeeper.config.ForeignKeyRule.AggregationType;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the rule by which many values become one. */
final class AggregationReader {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}:]+)(?::([^{}]+))?}");
  private static final Map<String, AggregationType> OPTION_OF =
      Map.of(
          "order_column", AggregationType.MAX_BY,
          "separator", AggregationType.CONCAT_DISTINCT,
          "sort", AggregationType.CONCAT_DISTINCT);

  private AggregationReader() {}

  /** Whether values of this type come from a template and not from a column. */
  static boolean isTemplate(AggregationType type) {
    return type == AggregationType.TEMPLATE || type == AggregationType.JSONB_APPEND;
  }

  static Aggregation read(Element aggregation) {
    if (!aggregation.isPresent()) {
      return Aggregation.FIRST;
    }
    AggregationType type = aggregation.choice("type", AggregationType.class, AggregationType.FIRST);
    OPTION_OF.forEach(
        (option, owner) -> {
          if (aggregation.isWritten(option) && type != owner) {
            doesNotBelong(aggregation.child(option), type, name(owner));
          }
        });
    if (aggregation.isWritten("template") && !isTemplate(type)) {
      doesNotBelong(aggregation.child("template"), type, "template or jsonb_append");
    }
    require(aggregation, type == AggregationType.MAX_BY, type, "order_column");
    require(aggregation, isTemplate(type), type, "template");
    if (isTemplate(type)) {
      checkTemplate(aggregation.child("template"));
    }
    return new Aggregation(
        type,
        aggregation.text("order_column"),
        aggregation.text("separator", "+"),
        aggregation.flag("sort", true),
        aggregation.text("template"));
  }

  private static void doesNotBelong(Element option, AggregationType type, String owner) {
    option.problem(
        "does_not_belong",
        "\"%s\" does not belong to the aggregation %s".formatted(option.name(), name(type)),
        "Remove it, or use the type " + owner);
  }

  private static void require(
      Element aggregation, boolean required, AggregationType type, String option) {
    if (required && !aggregation.isWritten(option)) {
      aggregation.problem(
          "missing_key", "The aggregation %s needs \"%s\"".formatted(name(type), option), "Add it");
    }
  }

  private static String name(AggregationType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static void checkTemplate(Element element) {
    String template = element.text();
    if (template == null) {
      return;
    }
    Matcher placeholder = PLACEHOLDER.matcher(template);
    while (placeholder.find()) {
      if (placeholder.group(2) != null) {
        checkPattern(element, placeholder.group(2));
      }
    }
    String rest = placeholder.replaceAll("");
    if (rest.contains("{") || rest.contains("}")) {
      element.problemInValue(
          "wrong_template",
          "The template \"%s\" has a brace that is no placeholder".formatted(template),
          "Write {column}, or {column:yyMM} for a date");
    }
  }

  private static void checkPattern(Element element, String pattern) {
    try {
      DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    } catch (IllegalArgumentException e) {
      element.problemInValue(
          "wrong_template",
          "\"%s\" is no date pattern: %s".formatted(pattern, e.getMessage()),
          "Write one such as yyMM");
    }
  }
}
