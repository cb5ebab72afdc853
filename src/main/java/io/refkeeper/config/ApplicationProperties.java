package io.refkeeper.config;

import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ShownPath;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads {@code application.properties}. The shipped file, on the class path, names every {@code
 * refkeeper.*} option and gives its default.
 */
public final class ApplicationProperties {

  public static final String FILE = "application.properties";
  private static final String OURS = "refkeeper.";

  private ApplicationProperties() {}

  /**
   * The shipped properties, overridden by those of the file; environment replaced.
   *
   * @param file may be missing: then the shipped ones count
   * @param environment null for a name that is not set
   * @throws ConfigurationException naming unknown options and variables that are not set
   */
  public static Map<String, String> load(Path file, Function<String, String> environment) {
    Properties properties = shipped();
    List<String> known = List.copyOf(properties.stringPropertyNames());
    List<Problem> problems = new ArrayList<>();
    String text = text(file, problems);
    Properties own = parse(new StringReader(text));
    own.stringPropertyNames().stream()
        .filter(name -> name.startsWith(OURS) && !known.contains(name))
        .sorted()
        .forEach(
            name ->
                problems.add(
                    new Problem(
                        "unknown_key",
                        "Unknown option \"%s\"".formatted(name),
                        place(file, text, name),
                        remedy(name, known))));
    properties.putAll(own);
    Map<String, String> values = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      List<String> missing = new ArrayList<>();
      String value = properties.getProperty(name).strip();
      values.put(name, Placeholders.replace(value, environment, missing));
      for (String variable : missing) {
        problems.add(
            new Problem(
                "environment_missing",
                "The environment variable %s is not set".formatted(variable),
                place(file, text, name),
                "Set it, or give a default: ${%s:default}".formatted(variable)));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return values;
  }

  private static String remedy(String name, List<String> known) {
    return NearestName.of(name, known)
        .map(near -> "Did you mean \"" + near + "\"?")
        .orElse("Remove it; the shipped " + FILE + " names all options");
  }

  private static String text(Path file, List<Problem> problems) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (CharacterCodingException e) {
      problems.add(
          new Problem(
              "not_utf8",
              "The file is not UTF-8",
              ShownPath.of(file).toString(),
              "Save it as UTF-8"));
    } catch (IOException e) {
      problems.add(
          new Problem(
              "file_unreadable",
              "The file cannot be read: " + FileFailure.reason(e),
              ShownPath.of(file).toString(),
              "Check its permissions"));
    }
    return "";
  }

  private static Properties shipped() {
    try (Reader reader =
        new InputStreamReader(
            ApplicationProperties.class.getResourceAsStream("/config/" + FILE),
            StandardCharsets.UTF_8)) {
      return parse(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties parse(Reader reader) {
    Properties properties = new Properties();
    try {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  private static String place(Path file, String text, String name) {
    List<String> lines = text.lines().toList();
    Pattern line = Pattern.compile("\\s*" + Pattern.quote(name) + "\\s*([=:\\s].*)?");
    for (int i = 0; i < lines.size(); i++) {
      if (line.matcher(lines.get(i)).matches()) {
        return ShownPath.of(file) + ":" + (i + 1);
      }
    }
    return ShownPath.of(file).toString();
  }
}
