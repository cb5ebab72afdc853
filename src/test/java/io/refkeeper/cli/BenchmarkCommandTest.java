package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.embedded.UnpackedPrograms;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The benchmark in its smallest size: that it runs, proves its outcomes and prints its table. */
class BenchmarkCommandTest {

  @TempDir private static Path home;
  private static HikariDataSource target;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();

  @BeforeAll
  static void aServerOfTheUsers() throws IOException {
    UnpackedPrograms.linkInto(home.resolve("var"));
    target = TestPostgres.newDatabase();
    ENVIRONMENT.put("REFKEEPER_HOME", Path.of("").toAbsolutePath().toString());
    ENVIRONMENT.put("REFKEEPER_DATA", home.resolve("var").toString());
    ENVIRONMENT.put("REFKEEPER_DB_URL", target.getJdbcUrl());
    ENVIRONMENT.put("REFKEEPER_DB_USER", "postgres");
  }

  @AfterAll
  static void close() {
    target.close();
  }

  @Test
  void everyWorkloadIsMeasuredAndTheTableFitsATerminal() {
    CommandRun run = run("--rows", "400", "--rounds", "1", "--seed", "11");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).allMatch(line -> line.length() < 80);
    assertThat(run.out().replaceAll("\\s+", " "))
        .containsPattern("^Machine: \\d+ cores, [\\d,]+ MB of memory, ")
        .containsPattern(" PostgreSQL 1[58][^;]*; fsync = ")
        .containsPattern(" Java \\S+, heap of at most \\d+ MB ")
        .containsPattern(
            " Data: 400 rows of 22 columns and 26\\d bytes, four text foreign keys;"
                + " W6: 200 rows; W7: 1 files; W8: 40 keys; seed 11; rounds: 1; \\d+ s in all ");
    List<String> table = run.out().lines().dropWhile(line -> !line.startsWith("ID ")).toList();
    assertThat(table.get(0)).matches("ID +WORKLOAD +/S +X +OF +TARGET +MET +HEAP");
    assertThat(table.stream().skip(1).map(BenchmarkCommandTest::withoutFigures))
        .containsExactly(
            "C1 \\copy, foreign keys #",
            "C0 \\copy, none of them #",
            "W1 all keys known # # C1 >= 4.00 ? #",
            "# C0 >= 0.95 ?",
            "W2 1% name unknown parents # # W1 >= 0.90 ? #",
            "W3 50% name unknown parents # # W1 >= 0.60 ? #",
            "W4 10% bad rows # # W1 >= 0.50 ? #",
            "W4b 10% violate a CHECK # # W1 #",
            "W5 fk_check: database # # C1 >= 0.90 ? #",
            "W6 XLSX # >= 40,000 ? #",
            "W7 small files # >= 50 ? #",
            "H1 keys inserted by hand #",
            "W8 new keys inserted # >= 148,266 ?",
            "# H1",
            "H3 H1, provenance, audit #",
            "W8b W8, provenance, audit # # H3 >= 0.80 ?",
            "W8c W8b, deriving, locking # # H3 #",
            "W10 first sync, from MySQL # >= 60,000 ? #",
            "W10u again, unchanged # >= 150,000 ? #",
            "W10c again, 1% changed # # W10u #");
    assertNothingIsLeft();
  }

  @Test
  void theLargestIsMeasuredOnlyWhenItIsAskedForAndTheDocumentFitsItsSchema() throws Exception {
    CommandRun run = run("--10gb", "--gigabytes", "0.0003", "--json");

    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.violationsOf("benchmark")).isEmpty();
    assertThat(run.err()).isEmpty();
    JsonNode results = new ObjectMapper().readTree(run.out()).get("results");
    assertThat(results.findValuesAsText("id")).containsExactly("L9", "W9");
    assertThat(results.at("/0/units").asInt()).isEqualTo(results.at("/1/units").asInt() / 10);
    assertThat(results.at("/1/comparisons").findValuesAsText("kind"))
        .containsExactly("ratio", "heap");
    assertNothingIsLeft();
  }

  @Test
  void aWorkloadThatDoesNotExistIsWrongUsage() {
    CommandRun run = run("--only", "W1,W11");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("--only: there is no workload W11; there are C1, C0, W1, W2, W3, W4, W4b,");
  }

  @Test
  void aDatabaseThatAnotherBenchmarkUsesIsLeftAlone() {
    TestPostgres.execute("create database refkeeper_benchmark");
    try {
      CommandRun run = run("--only", "C0");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err().replaceAll("\\s+", " "))
          .contains(
              "The benchmark's database refkeeper_benchmark cannot be created: ERROR: database"
                  + " \"refkeeper_benchmark\" already exists")
          .contains("drop it");
    } finally {
      TestPostgres.execute("drop database refkeeper_benchmark");
    }
  }

  @Test
  void anAccountThatMayNotSkipTheTriggersGetsNoFiguresButTheReason() {
    TestPostgres.execute("create role benchmark_account login createdb");
    try {
      Map<String, String> environment = new HashMap<>(ENVIRONMENT);
      environment.put("REFKEEPER_DB_USER", "benchmark_account");
      CommandRun run = CommandRun.of(environment, "benchmark", "--only", "W1", "--rows", "400");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err().replaceAll("\\s+", " "))
          .contains("The database checked the foreign keys itself, because: ")
          .contains("session_replication_role");
      assertNothingIsLeft();
    } finally {
      TestPostgres.execute("drop role benchmark_account");
    }
  }

  private static CommandRun run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "benchmark";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(ENVIRONMENT, all);
  }

  /** Figures are what a run cannot promise; targets are not figures. */
  private static String withoutFigures(String line) {
    return line.strip()
        .replaceAll("(?<!>=) [\\d,]+(\\.\\d\\d)?(?= |$)", " #")
        .replaceAll("^[\\d.]+ ", "# ")
        .replaceAll(" (yes|no)(?= |$)", " ?")
        .replaceAll(" +", " ");
  }

  private static void assertNothingIsLeft() {
    assertThat(
            new JdbcTemplate(target)
                .queryForList("select 1 from pg_database where datname = 'refkeeper_benchmark'"))
        .isEmpty();
    assertThat(home.resolve("var/benchmark")).doesNotExist();
  }
}
