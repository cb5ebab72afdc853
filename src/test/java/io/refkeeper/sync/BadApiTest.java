package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.TestApi;
import io.refkeeper.testing.TestApi.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP APIs that send something else than pages of JSON, and those that are slow or busy. */
class BadApiTest {

  private static final TestApi API = new TestApi();
  private static final String NOTHING = "; nothing was written";
  private static SyncFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture =
        new SyncFixture(
            "create table plan (code varchar(5) primary key, name varchar(9), size int"
                + SyncFixture.TRACKING
                + ")");
    fixture.properties.put("refkeeper.sync.http-attempts", "3");
    fixture.properties.put("refkeeper.sync.http-pages", "20");
    fixture.properties.put("refkeeper.sync.http-page-bytes", "2000");
    fixture.properties.put("refkeeper.sync.http-total-bytes", "5000");
    fixture.properties.put("refkeeper.sync.http-longest-wait", "1500");
    fixture
        .table("plan", SyncStrategy.FULL_REPLACE)
        .url(API.url("/plans?token=secret"), Map.of("Authorization", "Bearer hidden"))
        .add()
        .start();
  }

  @AfterAll
  static void close() {
    fixture.close();
    API.close();
  }

  @BeforeEach
  void asBefore() {
    fixture.sql.execute(
        "truncate plan, refkeeper.sync_table_run, refkeeper.source_key, refkeeper.outbox");
    fixture.sql.execute("insert into plan (code, name) values ('OLD', 'old')");
  }

  private static Answer page(String items, String next) {
    return Answer.json(
        "{\"items\": [%s], \"next\": %s}"
            .formatted(items, next == null ? "null" : "\"" + next + "\""));
  }

  private static Answer status(int status) {
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

  static Stream<Arguments> answers() {
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

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void whatIsNoPageIsNamedAndNothingIsWritten(String what, String message, List<Answer> answers) {
    API.script(answers.toArray(Answer[]::new));
    failsWith(message, fixture.one("plan"));
  }

  @Test
  void anApiThatDoesNotAnswerIsGivenUp() throws Exception {
    Answer silent = new Answer(200, "", Map.of(), -1);
    API.script(silent, silent, silent);
    try (SyncFixture impatient = fixture.again()) {
      // so short that the other tests, on a slow machine, might not get their answers in time
      impatient.properties.put("refkeeper.sync.read-timeout", "200");
      impatient.properties.put("refkeeper.sync.http-attempts", "3");
      impatient
          .table("plan", SyncStrategy.FULL_REPLACE)
          .url(API.url("/plans?token=secret"), Map.of())
          .add()
          .start();
      failsWith(
          ": The API does not answer in time: Read timed out - Check the address, the network and TLS, and that the API runs"
              + NOTHING,
          impatient.one("plan"));
    }
    assertThat(API.requests()).hasSize(3);
  }

  private static void failsWith(String message, TableReport report) {
    assertThat(report.status()).isEqualTo("failed");
    assertThat(report.errors())
        .extracting(Problem::toString)
        .containsExactly("public.plan from " + API.url("/plans") + message);
    assertThat(fixture.rows("select code from plan")).containsExactly("OLD");
    assertThat(fixture.told()).containsExactly("public.plan failed");
    assertThat(
            fixture.rows(
                "select errors::text || (select string_agg(body, '') from refkeeper.outbox) from refkeeper.sync_table_run"))
        .allSatisfy(told -> assertThat(told).doesNotContain("secret", "hidden"));
  }

  @Test
  void rowsThatCannotBeUsedAreNamed() {
    API.script(
        page(
            "{\"code\": \"A\", \"size\": true}, {\"code\": null}, {\"code\": \"C\"}, {\"code\": \"  \"}",
            "/more"),
        page("{\"code\": \"C\", \"name\": {\"zh\": \"far too long\"}}, {\"name\": \"n\"}", null));

    assertThat(fixture.one("plan").errors())
        .extracting(Problem::message)
        .containsExactly(
            "1 row: the value does not fit column size integer (row 1: key A has 'true')",
            "2 rows: the key column code is NULL (row 2: NULL; row 6: NULL)",
            "1 row: the key column code is blank (row 4: blank)",
            "1 row: the value does not fit column name character varying(9) (row 5: key C has '{\"zh\":\"far too long\"}')");
    API.script(page("{\"code\": \"C\"}, {\"code\": \"C\"}", null));
    assertThat(fixture.one("plan").errors())
        .extracting(Problem::message)
        .containsExactly("2 rows: the key occurs more than once (row 1: key C; row 2: key C)");
    API.script(page("{\"name\": \"x\"}", null));
    assertThat(fixture.one("plan").errors())
        .extracting(Problem::message)
        .containsExactly("The source has no key column code; it has name");
    API.script(page("", null));
    assertThat(fixture.one("plan").errors())
        .extracting(Problem::code)
        .containsExactly("source_empty");
    assertThat(fixture.rows("select code from plan")).containsExactly("OLD");
  }

  @Test
  void anApiThatIsBusyForAMomentIsWaitedFor() {
    Answer half = new Answer(200, "{\"items\": [{\"code\": \"X\"}, {\"co", Map.of(), 500);
    API.script(
        status(429).with("Retry-After", "1"),
        status(503),
        page("{\"code\": \"A\"}", "/more"),
        half,
        page("{\"code\": \"B\"}", null));
    long before = System.nanoTime();

    TableReport report = fixture.one("plan");

    assertThat(report.errors()).isEmpty();
    assertThat(System.nanoTime() - before)
        .as("Retry-After is in seconds")
        .isGreaterThanOrEqualTo(1_000_000_000L);
    assertThat(report.inserted()).as("no row of the half page twice, none lost").isEqualTo(2);
    assertThat(API.requests())
        .extracting(TestApi.Request::uri)
        .containsExactly(
            "/plans?token=secret", "/plans?token=secret", "/plans?token=secret", "/more", "/more");
    assertThat(API.requests())
        .extracting(r -> r.header("Authorization"))
        .containsOnly("Bearer hidden");
  }

  @Test
  void anAnswerThatHasNotChangedIsNotReadAgain() {
    Answer whole = page("{\"code\": \"A\"}, {\"code\": \"B\"}", null).with("ETag", "\"v1\"");
    API.script(whole);
    assertThat(fixture.one("plan").inserted()).isEqualTo(2);

    API.script(status(304), status(304));
    TableReport unchanged = fixture.one("plan");
    assertThat(List.of(unchanged.status(), unchanged.fetched(), unchanged.errors()))
        .containsExactly("unchanged", 0L, List.of());
    assertThat(fixture.one("plan").status()).isEqualTo("unchanged");
    assertThat(API.requests()).extracting(r -> r.header("If-None-Match")).containsOnly("\"v1\"");

    API.script(whole);
    fixture.sql.execute("delete from plan where code = 'B'");
    TableReport forced =
        fixture.run(SyncRequest.manual(List.of("plan"), false, true)).tables().get(0);
    assertThat(forced.inserted()).as("--force reads it in any case").isEqualTo(1);
    assertThat(API.requests()).extracting(r -> r.header("If-None-Match")).containsOnlyNulls();
  }

  @Test
  void whatMustBeSeenAgainIsReadAgain() {
    fixture.sql.execute("create table if not exists fact (plan varchar(5) references plan)");
    API.script(page("{\"code\": \"A\"}, {\"code\": \"B\"}", null).with("ETag", "\"v1\""));
    fixture.one("plan");
    fixture.sql.execute("insert into fact values ('B')");
    API.script(
        page("{\"code\": \"A\"}", null).with("ETag", "\"v2\""),
        page("{\"code\": \"A\"}", null).with("ETag", "\"v2\""));
    assertThat(fixture.one("plan").retained()).isEqualTo(1);
    fixture.sql.execute("drop table fact");

    assertThat(fixture.one("plan").deleted()).as("nothing references it any more").isEqualTo(1);
    assertThat(API.requests().get(1).header("If-None-Match")).isNull();

    API.script(
        page("{\"code\": \"A\"}", "/more").with("ETag", "\"v3\""),
        page("{\"code\": \"B\"}", null).with("ETag", "\"v3\""),
        page("{\"code\": \"A\"}", null));
    fixture.one("plan");
    fixture.one("plan");
    assertThat(API.requests().get(2).header("If-None-Match"))
        .as("the first page does not tell for the others")
        .isNull();
  }
}
