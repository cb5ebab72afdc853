package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Files are dropped into the inbox of a running service. */
class InboxTest {

  private static final String TABLES =
      """
      create schema s;
      create table s.parent (code text primary key);
      create table s.fact (code text references s.parent, amount int);
      """;

  private static final String DOMAIN =
      """
      domains:
        sales:
          files: ["sales*.csv", "both*.csv"]
          target_schema: s
          target_table: fact
          load_mode: append
          limits: {min_rows: 2, max_quarantined_ratio: 0.5}
          foreign_keys:
            - {name: fk, source_column: code, target_schema: s, target_table: parent, target_key: code}
        returns:
          files: ["returns*.csv", "*both.csv"]
          target_schema: s
          target_table: fact
          load_mode: append
      """;

  @TempDir private Path home;
  private Path inbox;
  private IngestFixture fixture;

  @BeforeEach
  void makeInbox() throws IOException {
    inbox = Files.createDirectories(home.resolve("inbox"));
  }

  @AfterEach
  void stop() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private void start() throws Exception {
    fixture =
        new IngestFixture(
            TABLES,
            IngestFixture.configuration(
                home, DOMAIN, "strategy: hybrid\n", "reference_tables: {}\n"),
            home,
            true);
  }

  private void drop(String name, String... lines) throws IOException {
    Files.writeString(inbox.resolve(name), String.join("\n", lines) + "\n");
  }

  private List<Path> files(String folder) {
    Path path = home.resolve(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(path)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path awaitFile(String folder, String ending) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> files(folder).stream().filter(f -> f.toString().endsWith(ending)).findFirst(),
            java.util.Optional::isPresent)
        .get();
  }

  @Test
  void aDroppedFileIsLoadedAndArchivedBesideItsReportsAndTheSameNameMayComeAgain()
      throws Exception {
    start();
    drop("sales.csv", "code,amount", "A,1");
    Path archived = awaitFile("archive", "-sales.csv");
    assertThat(archived).hasContent("code,amount\nA,1\n");
    JsonNode report = new ObjectMapper().readTree(Path.of(archived + ".report.json").toFile());
    assertThat(report.at("/status").asText()).isEqualTo("loaded");
    assertThat(report.at("/loads/0/rows_loaded").asInt()).isEqualTo(1);
    assertThat(Path.of(archived + ".report.txt")).content().startsWith("sales.csv: loaded in ");

    drop("sales.csv", "code,amount", "B,2");
    await().atMost(Duration.ofSeconds(20)).until(() -> fixture.count("s.fact") == 2);
    await().until(() -> files("archive").size() == 6);
    assertThat(files("inbox")).isEmpty();
    assertThat(home.resolve("work"))
        .isDirectoryRecursivelyContaining(path -> !Files.isRegularFile(path));
  }

  @Test
  void aHalfWrittenFileWaitsAndADoneMarkerOrAFinalNameReleasesIt() throws Exception {
    start();
    Path growing = inbox.resolve("sales_growing.csv");
    try (OutputStream out =
        Files.newOutputStream(growing, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      int rows = 0;
      out.write("code,amount\n".getBytes(StandardCharsets.UTF_8));
      while (System.nanoTime() < until) {
        out.write("A,1\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        rows++;
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        assertThat(growing).exists();
      }
      assertThat(rows).isGreaterThan(3);
    }
    drop("sales_part.csv.part", "code,amount", "A,1");
    drop("~$sales.csv", "code,amount", "A,1");
    awaitFile("archive", "-sales_growing.csv");

    drop("sales_marked.csv", "code,amount", "A,1");
    Files.createFile(inbox.resolve("sales_marked.csv.done"));
    awaitFile("archive", "-sales_marked.csv");
    assertThat(files("inbox"))
        .extracting(path -> path.getFileName().toString())
        .containsExactly("sales_part.csv.part", "~$sales.csv");
  }

  @Test
  void aWrongFileIsRejectedWithItsReasonsAndItsRowsAsCsvSafeAgainstFormulas() throws Exception {
    start();
    drop("sales_bad.csv", "code,amount", "A,=1+1", "B,x", "C,3");
    Path rejected = awaitFile("rejected", "-sales_bad.csv");
    assertThat(Path.of(rejected + ".report.txt"))
        .content()
        .containsIgnoringWhitespaces("2 of 3 rows would go to quarantine (67%, allowed 50%)");
    assertThat(Path.of(rejected + ".rejects.csv"))
        .content()
        .contains(",2,amount,'=1+1,bad_number,")
        .contains(",3,amount,x,bad_number,");
    assertThat(fixture.count("s.fact")).isZero();
    assertThat(fixture.count("refkeeper.quarantine")).isZero();

    drop("both.csv", "code,amount", "A,1");
    Path ambiguous = awaitFile("rejected", "-both.csv");
    assertThat(Path.of(ambiguous + ".report.txt"))
        .content()
        .containsIgnoringWhitespaces("The domains sales, returns all match the file's name");
  }

  @Test
  void aFileWhoseLoadFailsForGoodIsSetAsideWithTheReason() throws Exception {
    start();
    fixture.jdbc.execute(
        """
        create function s.drop_row() returns trigger language plpgsql as
          $$ begin return null; end $$;
        create trigger drop_row before insert on s.fact for each row execute function s.drop_row();
        """);
    drop("sales_dropped.csv", "code,amount", "A,1");
    Path known = awaitFile("rejected", "-sales_dropped.csv");
    assertThat(Path.of(known + ".report.txt"))
        .content()
        .containsIgnoringWhitespaces("a trigger drops rows");

    fixture.jdbc.execute("alter table refkeeper.quarantine rename to gone");
    drop("sales_broken.csv", "code,amount", "B,x");
    Path unexpected = awaitFile("rejected", "-sales_broken.csv");
    assertThat(Path.of(unexpected + ".report.txt"))
        .content()
        .containsIgnoringWhitespaces("The load failed unexpectedly")
        .containsIgnoringWhitespaces("nothing was loaded");
    assertThat(fixture.count("s.fact")).isZero();
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    Path secret = Files.writeString(home.resolve("secret.csv"), "code,amount\nA,1\n");
    Files.createSymbolicLink(inbox.resolve("sales_link.csv"), secret);
    start();
    drop("sales_after.csv", "code,amount", "B,2");
    awaitFile("archive", "-sales_after.csv");
    assertThat(fixture.rows("select code from s.fact")).containsExactly("B");
    assertThat(secret).exists();
  }

  @Test
  void whatADeadInstanceLeftBehindIsTakenUpAndALivePeersClaimIsNot() throws Exception {
    claim("dead-instance", "sales_left.csv", 1, "code,amount\nA,1\n");
    claim("killed-often", "sales_killer.csv", 3, "code,amount\nK,1\n");
    start();
    try (InstanceLock peer = new InstanceLock(fixture.database)) {
      // the service looks for leftovers all the time: the lock must be there before the claim
      peer.hold("live-peer");
      claim("live-peer", "sales_live.csv", 1, "code,amount\nM,1\n");
      awaitFile("archive", "-sales_left.csv");
      Path rejected = awaitFile("rejected", "-sales_killer.csv");
      assertThat(Path.of(rejected + ".report.txt"))
          .content()
          .containsIgnoringWhitespaces("The process ended 3 times while it loaded this file");
      drop("sales_last.csv", "code,amount", "Z,1");
      awaitFile("archive", "-sales_last.csv");
      assertThat(home.resolve("work/live-peer")).isDirectoryContaining("glob:**");
      assertThat(fixture.rows("select code from s.fact order by 1")).doesNotContain("M", "K");
    }
    awaitFile("archive", "-sales_live.csv");
    assertThat(files("work")).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aDeliveryThatWasCommittedBeforeTheCrashIsArchivedAndNotLoadedAgain() throws Exception {
    start();
    drop("sales_once.csv", "code,amount", "A,1");
    Path archived = awaitFile("archive", "-sales_once.csv");
    String delivery =
        fixture.jdbc.queryForObject(
            "select delivery_id::text from refkeeper.load_run", String.class);
    Files.delete(archived);
    claim("dead-instance", UUID.fromString(delivery), "sales_once.csv", 1, "code,amount\nA,1\n");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                Files.exists(archived)
                    || files("archive").stream()
                            .filter(f -> f.toString().endsWith("-sales_once.csv"))
                            .count()
                        == 1);
    assertThat(fixture.count("s.fact")).isEqualTo(1);
    assertThat(fixture.count("refkeeper.load_run")).isEqualTo(1);
  }

  @Test
  void aLoadedFileThatCannotBeArchivedWaitsAndIsNeverCalledRejected() throws Exception {
    Path inTheWay = Files.createFile(home.resolve("archive"));
    start();
    drop("sales_full.csv", "code,amount", "A,1");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                fixture.count("refkeeper.load_run where status = 'loaded'") == 1
                    && claims().anyMatch(claim -> claim.contains("\"attempts\":0")));
    assertThat(files("rejected")).isEmpty();

    Files.delete(inTheWay);
    Path archived = awaitFile("archive", "-sales_full.csv");
    assertThat(Path.of(archived + ".report.txt"))
        .content()
        .startsWith("sales_full.csv: loaded in ");
    assertThat(fixture.rows("select code from s.fact")).containsExactly("A");
    assertThat(fixture.rows("select event from refkeeper.outbox")).doesNotContain("file_rejected");
    assertThat(fixture.rows("select status from refkeeper.load_run")).containsExactly("loaded");
  }

  /** The claims that lie in the folder of work, as JSON without spaces. */
  private Stream<String> claims() throws IOException {
    try (Stream<Path> all = Files.walk(home.resolve("work"))) {
      List<Path> claims = all.filter(path -> path.endsWith("claim.json")).toList();
      return claims.stream().map(InboxTest::content);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file).replace(" ", "");
    } catch (IOException e) {
      return ""; // archived meanwhile
    }
  }

  @Test
  void aClaimWhoseNameIsLostIsSetAsideAndHoldsUpNobody() throws Exception {
    UUID id = UUID.randomUUID();
    Path lost = claim("dead-instance", id, "sales_lost.csv", 1, "code,amount\nA,1\n");
    Files.writeString(lost.resolveSibling("claim.json"), ""); // as after a power failure
    claim("dead-instance", "sales_beside.csv", 1, "code,amount\nB,1\n");
    start();
    awaitFile("archive", "-sales_beside.csv");
    Path rejected = awaitFile("rejected", "-name-lost");
    assertThat(rejected).hasContent("code,amount\nA,1\n");
    assertThat(Path.of(rejected + ".report.txt"))
        .content()
        .containsIgnoringWhitespaces("No domain's file patterns match the file's name");
  }

  @Test
  void aFileThatCannotBeClaimedWaitsInTheInbox() throws Exception {
    Path inTheWay = Files.createFile(home.resolve("work"));
    start();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger("refkeeper.ingest");
    logger.addAppender(log);
    try {
      drop("sales_waits.csv", "code,amount", "A,1");
      await().atMost(Duration.ofSeconds(20)).until(() -> !List.copyOf(log.list).isEmpty());
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list.get(0).getFormattedMessage())
        .contains("sales_waits.csv waits in the inbox; it cannot be claimed");
    assertThat(files("inbox")).hasSize(1);
    Files.delete(inTheWay);
    awaitFile("archive", "-sales_waits.csv");
  }

  @Test
  void aFileThatAPeerTakesOverDuringItsLoadIsLoadedOnceAndNotRejected() throws Exception {
    start();
    fixture.jdbc.update("insert into s.parent values ('A')");
    try (Connection other = fixture.database.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from s.parent for update");
      drop("sales_taken.csv", "code,amount", "A,1");
      await().atMost(Duration.ofSeconds(20)).until(this::aLoadWaits);
      Path claim =
          files("work").stream()
              .flatMap(p -> files("work/" + p.getFileName()).stream())
              .findFirst()
              .orElseThrow();
      Path peer = Files.createDirectories(home.resolve("work/peer"));
      // a peer that is alive, as far as anybody can tell
      statement.execute("select pg_advisory_lock(7303, hashtext('peer'))");
      Files.move(claim, peer.resolve(claim.getFileName()));
      other.rollback();
      await().atMost(Duration.ofSeconds(20)).until(() -> !aLoadWaits());
      await().during(Duration.ofMillis(300)).until(() -> fixture.count("s.fact") == 0);
      assertThat(files("rejected")).isEmpty();
      statement.execute("select pg_advisory_unlock_all()");
      other.commit();
    }
    awaitFile("archive", "-sales_taken.csv");
    assertThat(fixture.rows("select code from s.fact")).containsExactly("A");
  }

  private boolean aLoadWaits() {
    return fixture.count(
            "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
        > 0;
  }

  @Test
  void anInstanceWhoseLockWasLostTakesItAgain() throws Exception {
    start();
    String before = holder();
    fixture.jdbc.queryForList("select pg_terminate_backend(%s)".formatted(before));
    await().atMost(Duration.ofSeconds(20)).until(() -> !List.of("", before).contains(holder()));
  }

  private String holder() {
    return String.join(
        "",
        fixture.rows(
            "select pid from pg_locks where locktype = 'advisory' and classid = 7303 and database ="
                + " (select oid from pg_database where datname = current_database())"));
  }

  private Path claim(String instance, String name, int attempts, String content)
      throws IOException {
    return claim(instance, UUID.randomUUID(), name, attempts, content);
  }

  private Path claim(String instance, UUID id, String name, int attempts, String content)
      throws IOException {
    Path folder =
        Files.createDirectories(home.resolve("work").resolve(instance).resolve(id.toString()));
    Files.writeString(
        folder.resolve("claim.json"),
        "{\"delivery_id\":\"%s\",\"name\":\"%s\",\"received\":\"2025-11-20T18:00:00Z\",\"attempts\":%d}"
            .formatted(id, name, attempts));
    return Files.writeString(folder.resolve("data"), content);
  }
}
