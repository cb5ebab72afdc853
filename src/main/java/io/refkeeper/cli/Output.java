package io.refkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.PrintWriter;
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

  Output(PrintWriter writer) {
    this.writer = writer;
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

  void line(String text) {
    writer.println(text);
    writer.flush();
  }
}
