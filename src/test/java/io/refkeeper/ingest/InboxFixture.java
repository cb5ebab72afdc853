package io.refkeeper.ingest;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A service with an inbox that knows two domains. */
abstract class InboxFixture {

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

  @TempDir Path home;

  Path inbox;

  IngestFixture fixture;

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

  void start() throws Exception {
    fixture =
        new IngestFixture(
            TABLES,
            IngestFixture.configuration(
                home, DOMAIN, "strategy: hybrid\n", "reference_tables: {}\n"),
            home,
            true);
  }

  /** As a careful sender does: whole or not there. */
  void drop(String name, String... lines) throws IOException {
    drop(inbox, name, lines);
  }

  static void drop(Path inbox, String name, String... lines) throws IOException {
    Path part = inbox.resolve(name + ".part");
    Files.writeString(part, String.join("\n", lines) + "\n");
    Files.move(part, inbox.resolve(name));
  }

  List<Path> files(String folder) {
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

  Path awaitFile(String folder, String ending) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> files(folder).stream().filter(f -> f.toString().endsWith(ending)).findFirst(),
            java.util.Optional::isPresent)
        .get();
  }
}
