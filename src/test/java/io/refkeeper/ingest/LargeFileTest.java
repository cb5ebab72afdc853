package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.FileResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Large files, which are hashed while they are read, for the ledger knows no file of their size.
 */
class LargeFileTest {

  private static final int ROWS = 20_000;
  private static final String LONG = "x".repeat(450);

  @TempDir Path home;
  private IngestFixture fixture;

  @BeforeEach
  void setUp() throws Exception {
    fixture =
        IngestFixture.of(
            home,
            "create schema m; create table m.fact (n int, t text)",
            "domains: {fact: {files: [\"*.csv\"], target_schema: m, target_table: fact, load_mode: append}}\n");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void theLedgerKnowsTheContentAndRefusesItASecondTime() throws Exception {
    Path file = large("first.csv", 'a', "");

    FileResult first = fixture.ingest(file);
    FileResult second = fixture.ingest(large("second.csv", 'a', ""));

    assertThat(first.status()).isEqualTo(Status.LOADED);
    assertThat(first.sha256()).isEqualTo(sha256(file));
    assertThat(second.status()).isEqualTo(Status.DUPLICATE);
    assertThat(second.sha256()).isEqualTo(first.sha256());
    assertThat(fixture.rows("select sha256, is_current from refkeeper.load_run"))
        .containsExactly(sha256(file) + "|t");
    assertThat(fixture.count("m.fact")).isEqualTo(ROWS);
  }

  @Test
  void anotherContentOfTheSameSizeIsLoaded() throws Exception {
    fixture.ingest(large("first.csv", 'a', ""));

    FileResult other = fixture.ingest(large("other.csv", 'b', ""));

    assertThat(other.status()).isEqualTo(Status.LOADED);
    assertThat(fixture.count("m.fact")).isEqualTo(2 * ROWS);
  }

  @Test
  void ofTwoThatLoadTheSameContentAtOnceOneFindsItLoaded() throws Exception {
    CyclicBarrier bothRead = new CyclicBarrier(2);
    CompletableFuture<FileResult> one = ingestTogether(large("one.csv", 'a', ""), bothRead);
    CompletableFuture<FileResult> two = ingestTogether(large("two.csv", 'a', ""), bothRead);

    assertThat(new Status[] {one.get().status(), two.get().status()})
        .containsExactlyInAnyOrder(Status.LOADED, Status.DUPLICATE);
    assertThat(fixture.count("m.fact")).isEqualTo(ROWS);
    assertThat(fixture.count("refkeeper.load_run")).isEqualTo(1);
  }

  @Test
  void aRejectionNamesTheContentThoughItWasNotReadToItsEnd() throws Exception {
    Path file = large("open.csv", 'a', "1,\"never closed\n");

    FileResult result = fixture.ingest(file);

    assertThat(result.status()).isEqualTo(Status.REJECTED);
    assertThat(result.sha256()).isEqualTo(sha256(file));
    assertThat(fixture.rows("select status, sha256 from refkeeper.load_run"))
        .containsExactly("rejected|" + sha256(file));
  }

  /** The loading thread waits at its first chunk until the other load has one, too. */
  private CompletableFuture<FileResult> ingestTogether(Path file, CyclicBarrier bothRead) {
    boolean[] met = new boolean[1];
    Delivery.Progress meet =
        (rows, bytes, total) -> {
          if (!met[0]) {
            met[0] = true;
            try {
              bothRead.await();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        };
    return CompletableFuture.supplyAsync(
        () -> fixture.ingest(Delivery.of(file, null, false, false, meet)));
  }

  private Path large(String name, char first, String end) throws IOException {
    String text =
        IntStream.range(0, ROWS)
            .mapToObj(n -> n + "," + first + LONG + "\n")
            .collect(Collectors.joining("", "n,t\n", end));
    return Files.writeString(home.resolve(name), text);
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
