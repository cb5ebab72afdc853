package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Loads of one instance at the same time: the inbox and what waits for another try have threads of
 * their own.
 */
class ConcurrentLoadsTest {

  private static final int FILES = 12;
  private static final int ROWS = 300;

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(strings = {"checked", "triggered", "upserted"})
  void rowsOfOneFileNeverGetIntoAnother(String domain) throws Exception {
    try (IngestFixture fixture =
        IngestFixture.of(
            home,
            """
            create schema m;
            create table m.checked (file text, n int check (n <> 7));
            create table m.triggered (file text, n int);
            create function m.no_seven() returns trigger language plpgsql as $$
              begin if new.n = 7 then raise exception 'seven'; end if; return new; end $$;
            create trigger no_seven before insert on m.triggered
              for each row execute function m.no_seven();
            create table m.upserted (file text, n int, primary key (file, n), check (n <> 7))
            """,
            """
            domains:
              checked: {files: ["checked*"], target_schema: m, target_table: checked, load_mode: append}
              triggered: {files: ["triggered*"], target_schema: m, target_table: triggered, load_mode: append}
              upserted: {files: ["upserted*"], target_schema: m, target_table: upserted, load_mode: upsert, upsert_by: [file, n]}
            """)) {
      ExecutorService threads = Executors.newFixedThreadPool(3);
      List<CompletableFuture<FileResult>> loads = new ArrayList<>();
      for (int file = 0; file < FILES; file++) {
        Path path = file(fixture, domain, file);
        loads.add(CompletableFuture.supplyAsync(() -> fixture.ingest(path), threads));
      }
      for (CompletableFuture<FileResult> load : loads) {
        FileResult result = load.get();
        assertThat(result.reasons()).isEmpty();
        assertThat(result.status()).isEqualTo(FileResult.Status.LOADED);
      }
      threads.shutdown();

      assertThat(
              fixture.rows(
                  "select count(*), count(distinct n), sum(n) from m.%s group by file"
                      .formatted(domain)))
          .hasSize(FILES)
          .containsOnly("299|299|" + (ROWS * (ROWS + 1) / 2 - 7));
      assertThat(fixture.rows("select distinct line, original from refkeeper.quarantine"))
          .hasSize(FILES)
          .allMatch(row -> row.matches("8\\|f\\d+,7"));
    }
  }

  private static Path file(IngestFixture fixture, String domain, int file) {
    return fixture.file(
        domain + file + ".csv",
        Stream.concat(
                Stream.of("file,n"),
                IntStream.rangeClosed(1, ROWS).mapToObj(n -> "f" + file + "," + n))
            .toArray(String[]::new));
  }
}
