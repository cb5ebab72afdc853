package io.refkeeper.ingest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What is kept beside a claimed file, in {@code claim.json}.
 *
 * @param attempts how many processes have begun to load it
 */
record Claim(UUID deliveryId, String name, Instant received, int attempts) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "claim.json";
  private static final String NEW_FILE = "claim.json.new";

  /** Replaces the file in one step: a crash leaves the old or the new one. */
  void write(Path folder) throws IOException {
    Path fresh = folder.resolve(NEW_FILE);
    JSON.writeValue(
        fresh.toFile(),
        Map.of(
            "delivery_id",
            deliveryId.toString(),
            "name",
            name,
            "received",
            received.toString(),
            "attempts",
            attempts));
    Files.move(
        fresh,
        folder.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads it. After a power failure it may be empty: then the name is lost and the file matches no
   * domain, so that it is rejected, and kept.
   */
  static Claim read(Path folder) throws IOException {
    try {
      JsonNode json = JSON.readTree(folder.resolve(FILE).toFile());
      return new Claim(
          UUID.fromString(json.required("delivery_id").asText()),
          json.required("name").asText(),
          Instant.parse(json.required("received").asText()),
          json.required("attempts").asInt());
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      return new Claim(
          UUID.fromString(folder.getFileName().toString()),
          "name-lost",
          Files.getLastModifiedTime(folder).toInstant(),
          0);
    }
  }

  static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(NEW_FILE));
    Files.deleteIfExists(folder.resolve(FILE));
  }
}
