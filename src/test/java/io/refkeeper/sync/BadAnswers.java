package io.refkeeper.sync;

import io.refkeeper.testing.TestApi.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Answers of an HTTP API that are no page of records, and what is said of them. */
final class BadAnswers {

  static final String NOTHING = "; nothing was written";

  private BadAnswers() {}

  static Answer page(String items, String next) {
    return Answer.json(
        "{\"items\": [%s], \"next\": %s}"
            .formatted(items, next == null ? "null" : "\"" + next + "\""));
  }

  static Answer status(int status) {
    return new Answer(status, "<html>no</html>", Map.of(), 0);
  }

  private static String records(int from, int to) {
    return String.join(
        ",",
        IntStream.range(from, to)
            .mapToObj(i -> "{\"code\": \"%d\", \"name\": \"n\"}".formatted(i))
            .toList());
  }

  private static Arguments bad(String what, String message, Answer... answers) {
    return Arguments.of(what, message, List.of(answers));
  }

  /** Each with what it is, what is said of it, and what the API answers, request by request. */
  static Stream<Arguments> all() {
    Answer one = page("{\"code\": \"A\"}", "?page=2");
    String broken =
        " - Look at what the API answers, and at source_config.records and next_page" + NOTHING;
    String look = " - Look at the API, and at source_config" + NOTHING;
    String raise =
        " - Look at the API; if this is right, raise the limit in application.properties" + NOTHING;
    Answer half = new Answer(200, "{\"items\": [{\"code\": \"B\"}, {\"co", Map.of(), 500);
    Answer cut = Answer.json("{\"items\": [{\"code\": \"B\"}, {\"co");
    return Stream.of(
        bad(
            "half a page, whose length says so",
            ", page 2: The API's answer broke off: Premature end of Content-Length delimited message body (expected: 530; received: 30) - Check the address, the network and TLS, and that the API runs"
                + NOTHING,
            one,
            half,
            half,
            half),
        bad(
            "half a page that ends as if it were whole",
            ", page 2: The API's answer is no such JSON at line 1, column 31: Unexpected end-of-input in field name"
                + broken,
            one,
            cut),
        bad(
            "HTML",
            ": The API answered text/html; charset=utf-8 instead of JSON - Look at the address: a login or error page, perhaps"
                + NOTHING,
            new Answer(
                200,
                "<html>please log in</html>",
                Map.of("Content-Type", "text/html; charset=utf-8"),
                0)),
        bad(
            "HTML that says it were JSON",
            ": The API's answer is no such JSON at line 1, column 1: Unexpected character ('<' (code 60)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
                + broken,
            Answer.json("<html>")),
        bad(
            "nothing",
            ": The API's answer is no such JSON at line 1, column 1: The answer is empty" + broken,
            Answer.json("")),
        bad(
            "no list",
            ": The API's answer is no such JSON at line 1, column 13: There is no list of records at /items"
                + broken,
            Answer.json("{\"data\": []}")),
        bad(
            "something else than a list",
            ": The API's answer is no such JSON at line 1, column 12: /items is no list" + broken,
            Answer.json("{\"items\": {}}")),
        bad(
            "something else than records",
            ": The API's answer is no such JSON at line 1, column 17: Record 2 is no object"
                + broken,
            Answer.json("{\"items\": [{}, 7]}")),
        bad(
            "a field twice",
            ": The API's answer is no such JSON at line 1, column 30: Duplicate field 'code'"
                + broken,
            Answer.json("{\"items\": [{\"code\": 1, \"code\": 2}]}")),
        bad(
            "more after the end",
            ": The API's answer is no such JSON at line 1, column 16: There is more after the end"
                + broken,
            Answer.json("{\"items\": []} {}")),
        bad(
            "a page that leads back",
            ", page 2: The pages have no end: page 2 leads back to page 1" + look,
            one,
            page("{\"code\": \"B\"}", "?token=secret")),
        bad(
            "the same page for ever",
            ", page 2: The pages have no end: page 2 is page 1 once more" + look,
            page("{\"code\": \"A\"}", "?page=next"),
            page("{\"code\": \"A\"}", "?page=next")),
        bad(
            "new pages for ever",
            ", page 20: The API sends more than 20 pages (refkeeper.sync.http-pages)" + raise,
            IntStream.range(0, 30)
                .mapToObj(i -> page("{\"code\": \"%d\"}".formatted(i), "?page=" + i))
                .toArray(Answer[]::new)),
        bad(
            "another server",
            ": next_page leads to another server, http://127.0.0.1:9, to which the headers must not go"
                + look,
            page("{\"code\": \"A\"}", "http://127.0.0.1:9/plans")),
        bad(
            "another server without a scheme",
            ": next_page leads to another server, http://evil.example:80, to which the headers must not go"
                + look,
            page("{\"code\": \"A\"}", "//evil.example/plans")),
        bad(
            "no web address",
            ": next_page gives no address, but \"file:/etc/passwd\"" + look,
            page("", "file:/etc/passwd")),
        bad(
            "a page too large",
            ": The API sends a page of more than 2,000 bytes (refkeeper.sync.http-page-bytes)"
                + raise,
            page(records(0, 100), null)),
        bad(
            "too much in all",
            ", page 4: The API sends more than 5,000 bytes in all (refkeeper.sync.http-total-bytes)"
                + raise,
            page(records(0, 60), "?page=2"),
            page(records(100, 160), "?page=3"),
            page(records(200, 260), "?page=4"),
            page(records(300, 360), null)),
        bad(
            "busy for ever",
            ": The API says that it is asked too often (HTTP 429) - Sync less often, or later"
                + NOTHING,
            status(429),
            status(429),
            status(429)),
        bad(
            "down for ever",
            ", page 2: The API cannot answer at the moment (HTTP 503) - Sync again later" + NOTHING,
            one,
            status(503),
            status(503),
            status(503)),
        bad(
            "asks to wait an hour",
            ": The API cannot answer at the moment (HTTP 503) and asks to wait 3600 s, longer than refkeeper.sync.http-longest-wait - Sync again later"
                + NOTHING,
            status(503).with("Retry-After", "3600")),
        bad(
            "refused",
            ": The API refused the request (HTTP 401) - Check source_config.headers and the variables in them"
                + NOTHING,
            status(401)),
        bad(
            "gone",
            ": The API has nothing at this address (HTTP 404) - Correct source_config.url"
                + NOTHING,
            status(404)),
        bad(
            "moved",
            ": The API sends elsewhere (HTTP 302), where the headers must not go unseen - Write the new address into source_config.url"
                + NOTHING,
            status(302).with("Location", "http://evil.example/")),
        bad(
            "not modified, though nobody asked",
            ": The API answered HTTP 304" + look,
            status(304)));
  }
}
