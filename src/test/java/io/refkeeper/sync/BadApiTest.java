package io.refkeeper.sync;

import static io.refkeeper.sync.BadAnswers.NOTHING;
import static io.refkeeper.sync.BadAnswers.page;
import static io.refkeeper.sync.BadAnswers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.TestApi;
import io.refkeeper.testing.TestApi.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP APIs that send something else than pages of JSON, and those that are slow or busy. */
class BadApiTest {

  private static final TestApi API = new TestApi();
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

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.refkeeper.sync.BadAnswers#all")
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
