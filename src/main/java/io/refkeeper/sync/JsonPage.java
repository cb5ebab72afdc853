package io.refkeeper.sync;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;

/**
 * One page of an API's answer, read as a stream: its records are handed on one by one, the address
 * of the next page is kept, the rest is skipped.
 */
final class JsonPage {

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final String records;
  private final String nextPage;
  private boolean found;
  private long count;
  private String next;

  /** Takes a record; it is a JSON object. */
  interface Sink {
    void take(JsonNode row) throws IOException;
  }

  /**
   * @param records JSON pointer to the list of records; empty: the whole answer is the list
   * @param nextPage JSON pointer to the address of the next page; null: there is one page
   */
  JsonPage(String records, String nextPage) {
    this.records = records;
    this.nextPage = nextPage;
  }

  /**
   * Reads the page to its end.
   *
   * @throws JsonParseException when it is not whole, or not such a page
   * @throws IOException when it breaks off
   */
  JsonPage read(InputStream body, Sink sink) throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() == null) {
        throw new JsonParseException(parser, "The answer is empty");
      }
      value(parser, "", sink);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "There is more after the end");
      }
      if (!found) {
        String where = records.isEmpty() ? "" : " at " + records;
        throw new JsonParseException(parser, "There is no list of records" + where);
      }
      return this;
    }
  }

  private void value(JsonParser parser, String path, Sink sink) throws IOException {
    if (path.equals(records)) {
      takeRecords(parser, sink);
    } else if (path.equals(nextPage)) {
      takeNext(parser);
    } else if (parser.currentToken() == JsonToken.START_OBJECT && leadsOn(path)) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName().replace("~", "~0").replace("/", "~1");
        parser.nextToken();
        value(parser, path + "/" + name, sink);
      }
    } else {
      parser.skipChildren();
    }
  }

  private boolean leadsOn(String path) {
    return records.startsWith(path + "/") || nextPage != null && nextPage.startsWith(path + "/");
  }

  private void takeRecords(JsonParser parser, Sink sink) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new JsonParseException(
          parser, "%s is no list".formatted(records.isEmpty() ? "The answer" : records));
    }
    found = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      count++;
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "Record %d is no object".formatted(count));
      }
      JsonNode row = parser.readValueAsTree();
      sink.take(row);
    }
  }

  private void takeNext(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      next = parser.getText().isBlank() ? null : parser.getText().strip();
    } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
      throw new JsonParseException(parser, "%s is no address".formatted(nextPage));
    }
  }

  /** How many records it has. */
  long count() {
    return count;
  }

  /** The address of the next page, as written; null: this is the last. */
  String next() {
    return next;
  }
}
