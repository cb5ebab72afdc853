package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of a file of the inbox when an instance, a folder or a lock is lost. */
class InboxRecoveryTest extends InboxFixture {

  /** A claim that is counted three times, twice for each try, is that of a killer. */
  private static final int MORE_WRITINGS_THAN_A_KILLER_GETS = 8;

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
    // a claim is written anew at the beginning and at the end of each try; the state between two
    // tries is too short to be waited for
    Set<FileTime> writings = new HashSet<>();
    Set<String> attempts = new HashSet<>();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> lookAtClaims(writings, attempts) >= MORE_WRITINGS_THAN_A_KILLER_GETS);
    assertThat(attempts).isSubsetOf("0", "1");
    assertThat(fixture.rows("select status from refkeeper.load_run")).containsExactly("loaded");
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

  /** Notes when each claim in the folder of work was written, and the attempts that it tells. */
  private int lookAtClaims(Set<FileTime> writings, Set<String> attempts) throws IOException {
    if (Files.isDirectory(home.resolve("work"))) {
      try (Stream<Path> all = Files.walk(home.resolve("work"))) {
        for (Path claim : all.filter(path -> path.endsWith("claim.json")).toList()) {
          attempts.add(
              Files.readString(claim).replaceAll("(?s).*\"attempts\"\\s*:\\s*(\\d+).*", "$1"));
          writings.add(Files.getLastModifiedTime(claim));
        }
      } catch (NoSuchFileException | UncheckedIOException e) {
        return writings.size(); // written anew in this moment
      }
    }
    return writings.size();
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
    // made aside: a service that runs takes a claim without data, or without a name, for a lost one
    Path aside = home.resolve("aside-" + id);
    Path folder = Files.createDirectories(aside.resolve(id.toString()));
    Files.writeString(
        folder.resolve("claim.json"),
        "{\"delivery_id\":\"%s\",\"name\":\"%s\",\"received\":\"2025-11-20T18:00:00Z\",\"attempts\":%d}"
            .formatted(id, name, attempts));
    Files.writeString(folder.resolve("data"), content);
    Path claims = Files.createDirectories(home.resolve("work")).resolve(instance);
    if (Files.exists(claims)) {
      Files.move(folder, claims.resolve(id.toString()));
    } else {
      Files.move(aside, claims);
    }
    return claims.resolve(id.toString()).resolve("data");
  }
}
