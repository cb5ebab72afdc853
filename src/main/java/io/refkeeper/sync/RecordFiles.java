package io.refkeeper.sync;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Records of the three file formats: one root name over a list of records, or a header line. */
final class RecordFiles {

  private static final int YAML_ALIASES = 50;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private RecordFiles() {}

  static List<Map<String, ?>> yaml(String text, String place) {
    LoadSettings settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(YAML_ALIASES)
            .build();
    try {
      return records(new Load(settings).loadFromString(text), place);
    } catch (MarkedYamlEngineException e) {
      String line =
          e.getProblemMark()
              .map(m -> "%s:%d:%d".formatted(place, m.getLine() + 1, m.getColumn() + 1))
              .orElse(place);
      throw broken("YAML", e.getProblem(), line, e);
    } catch (YamlEngineException e) {
      throw broken("YAML", e.getMessage(), place, e);
    }
  }

  static List<Map<String, ?>> json(String text, String place) {
    try {
      return records(JSON.readValue(text, new TypeReference<Object>() {}), place);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String line =
          at == null ? place : "%s:%d:%d".formatted(place, at.getLineNr(), at.getColumnNr());
      throw broken("JSON", e.getOriginalMessage(), line, e);
    }
  }

  static List<Map<String, ?>> csv(String text, String place) {
    int open = lineOfOpenQuote(text);
    if (open > 0) {
      throw broken("CSV", "A quote is never closed", place + ":" + open, null);
    }
    List<Map<String, ?>> records = new ArrayList<>();
    List<String> header = null;
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .skipEmptyLines(true)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(text)) {
      for (CsvRecord line : reader) {
        if (header == null) {
          header = header(line, place);
        } else if (line.getFieldCount() != header.size()) {
          throw broken(
              "CSV",
              "%d fields instead of %d".formatted(line.getFieldCount(), header.size()),
              place + ":" + line.getStartingLineNumber(),
              null);
        } else {
          Map<String, String> values = new LinkedHashMap<>();
          for (int i = 0; i < header.size(); i++) {
            String value = line.getField(i);
            values.put(header.get(i), value.isEmpty() ? null : value);
          }
          records.add(values);
        }
      }
      return records;
    } catch (CsvParseException e) {
      throw broken("CSV", e.getMessage(), place, e);
    } catch (IOException e) {
      throw new IllegalStateException("Reading from memory", e);
    }
  }

  /** Where the quoted field begins that the text ends in; FastCSV takes it as it is. 0: nowhere. */
  private static int lineOfOpenQuote(String text) {
    int line = 1;
    int opened = 0;
    boolean fieldBegins = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line += c == '\n' ? 1 : 0;
      if (c == '"' && opened > 0) {
        boolean escaped = i + 1 < text.length() && text.charAt(i + 1) == '"';
        i += escaped ? 1 : 0;
        opened = escaped ? opened : 0;
      } else if (c == '"' && fieldBegins) {
        opened = line;
      }
      fieldBegins = c == ',' || c == '\n' || c == '\r';
    }
    return opened;
  }

  private static List<String> header(CsvRecord line, String place) {
    List<String> header = line.getFields().stream().map(String::strip).toList();
    if (new HashSet<>(header).size() != header.size()) {
      throw broken("CSV", "The header names a column twice", place + ":1", null);
    }
    return header;
  }

  private static List<Map<String, ?>> records(Object document, String place) {
    if (document instanceof Map<?, ?> root
        && root.size() == 1
        && root.values().iterator().next() instanceof List<?> list) {
      List<Map<String, ?>> records = new ArrayList<>();
      for (Object item : list) {
        if (!(item instanceof Map<?, ?> map)) {
          throw broken(
              "File", "Record %d is no mapping".formatted(records.size() + 1), place, null);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((name, value) -> values.put(String.valueOf(name), value));
        records.add(values);
      }
      return records;
    }
    throw broken("File", "Expected one root name over a list of records", place, null);
  }

  private static ProblemException broken(String what, String why, String place, Throwable cause) {
    return new ProblemException(
        new Problem(
            "source_file_broken",
            "%s cannot be read: %s".formatted(what, why),
            place,
            "Correct the file, or wait until it is written to its end; nothing was written"),
        cause);
  }
}
