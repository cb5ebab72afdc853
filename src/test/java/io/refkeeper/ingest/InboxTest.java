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
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Files are dropped into the inbox of a running service. */
class InboxTest extends InboxFixture {

  private static final Duration POLL = Duration.ofMillis(100); // of the fixture

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
      out.write("code,amount\n".getBytes(StandardCharsets.UTF_8));
      assertThat(growsAsLongAsItIsWrittenTo(growing, out)).isTrue();
    }
    drop("sales_part.csv.part", "code,amount", "A,1");
    drop("~$sales.csv", "code,amount", "A,1");
    awaitFile("archive", "-sales_growing.csv");

    // the marker first: a file that has settled meanwhile would leave it behind
    Files.createFile(inbox.resolve("sales_marked.csv.done"));
    drop("sales_marked.csv", "code,amount", "A,1");
    awaitFile("archive", "-sales_marked.csv");
    assertThat(files("inbox"))
        .extracting(path -> path.getFileName().toString())
        .containsExactly("sales_part.csv.part", "~$sales.csv");
  }

  /** For some polls. Where the machine makes the writer pause for one, it may be taken. */
  private static boolean growsAsLongAsItIsWrittenTo(Path file, OutputStream out)
      throws IOException {
    long begin = System.nanoTime();
    long last = begin;
    long longestPause = 0;
    while (last - begin < 6 * POLL.toNanos() && Files.exists(file)) {
      out.write("A,1\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      long now = System.nanoTime();
      longestPause = Math.max(longestPause, now - last);
      last = now;
      LockSupport.parkNanos(POLL.toNanos() / 10);
    }
    return Files.exists(file) || longestPause >= POLL.toNanos();
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
  void aFileThatCannotBeClaimedWaitsInTheInbox() throws Exception {
    Path inTheWay = Files.createFile(home.resolve("work"));
    start();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger("refkeeper.ingest");
    logger.addAppender(log);
    try {
      drop("sales_waits.csv", "code,amount", "A,1");
      await().atMost(Duration.ofSeconds(20)).until(() -> !log.list.isEmpty());
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list.get(0).getFormattedMessage())
        .contains("sales_waits.csv waits in the inbox; it cannot be claimed");
    assertThat(files("inbox")).hasSize(1);
    Files.delete(inTheWay);
    awaitFile("archive", "-sales_waits.csv");
  }
}
