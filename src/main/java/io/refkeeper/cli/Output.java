package io.refkeeper.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.refkeeper.notification.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Instant;
import java.time.LocalDate;

/** Standard output, which belongs to the results of commands. */
final class Output {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .registerModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(LocalDate.class, ToStringSerializer.instance));

  private final PrintWriter writer;
  private final int width;

  /**
   * @param width columns of the terminal; prose is broken, tables are laid out to fit
   */
  Output(PrintWriter writer, int width) {
    this.writer = writer;
    this.width = width;
  }

  int width() {
    return width;
  }

  /** Prints records, maps and lists as one JSON document; names become snake_case. */
  void json(Object document) {
    try {
      writer.println(JSON.writeValueAsString(document));
      writer.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot be written as JSON: " + document, e);
    }
  }

  /** Writes one JSON document that is too long to be in memory, by the same rules. */
  static JsonGenerator generator(Writer out) throws IOException {
    return JSON.createGenerator(out);
  }

  /** Prints prose, broken to fit; the lines after the first are indented by two more. */
  void prose(String indent, String text) {
    line(PlainText.wrap(text, width - 1, indent, indent + "  "));
  }

  void line(String text) {
    writer.println(text);
    writer.flush();
  }
}
