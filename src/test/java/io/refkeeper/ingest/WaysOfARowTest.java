package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * A row of a UTF-8 file goes as bytes where nobody has to look at it; one of UTF-16 always as text.
 * Whichever way the rows of a file go, everything ends the same: facts, derived parents with their
 * aggregates and provenance, quarantine.
 */
class WaysOfARowTest {

  private static final String TABLES =
      """
      create schema %1$s;
      create table %1$s.plan (code varchar(6) primary key, first_name text, biggest text, kinds text, n int);
      create table %1$s.route (depot text, number smallint, label text, primary key (depot, number));
      create table %1$s.shop (code text primary key);
      insert into %1$s.plan (code) values ('P1'), ('P2');
      insert into %1$s.route (depot, number) values ('N', 1);
      insert into %1$s.shop values ('S1'), ('S2');
      create table %1$s.fact (
        month date, plan text references %1$s.plan, depot text, number smallint,
        shop text references %1$s.shop, amount numeric(12,2), remark text, load_id bigint,
        foreign key (depot, number) references %1$s.route);
      """;

  private static final String DOMAIN =
      """
        %1$s:
          files: ["%1$s*.csv"]
          target_schema: %1$s
          target_table: fact
          load_mode: %2$s
          load_id_column: load_id
          foreign_keys:
            - name: fk_plan
              source_column: plan
              target_schema: %1$s
              target_table: plan
              target_key: code
              key_pattern: "P[0-9]*"
              backfill_columns:
                - {source: remark, target: first_name}
                - {source: remark, target: biggest, aggregation: {type: max_by, order_column: amount}}
                - {source: shop, target: kinds, aggregation: {type: concat_distinct, sort: false}}
                - {source: month, target: n, aggregation: {type: count_distinct}}
            - name: fk_route
              source_column: [depot, number]
              target_schema: %1$s
              target_table: route
              target_key: [depot, number]
              skip_blank_values: true
              backfill_columns:
                - {target: label, aggregation: {type: template, template: "{plan} {amount}"}}
            - name: fk_shop
              source_column: shop
              target_schema: %1$s
              target_table: shop
              target_key: code
              on_unknown: quarantine
      """;

  private static final int MONTHS = 3;

  @TempDir static Path home;

  @AutoClose static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    StringBuilder tables = new StringBuilder();
    StringBuilder domains =
        new StringBuilder(
            """
            defaults: {limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}}
            domains:
            """);
    for (String mode : List.of("append", "replace")) {
      for (String way : List.of("bytes", "text")) {
        String name = mode + "_" + way;
        tables.append(TABLES.formatted(name));
        String loadMode = mode.equals("append") ? "append" : "replace\n    replace_by: [month]";
        domains.append(DOMAIN.formatted(name, loadMode));
      }
    }
    fixture = IngestFixture.of(home, tables.toString(), domains.toString());
  }

  @RepeatedTest(6)
  void whateverWayTheRowsGoEverythingEndsTheSame() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String mode = random.nextBoolean() ? "append" : "replace";
    List<String> lines = new ArrayList<>(List.of("month,plan,depot,number,shop,amount,remark"));
    int rows = 1 + random.nextInt(400);
    for (int month = 1; month <= MONTHS; month++) {
      // of every scope one row is sure to be loaded, else a file that replaces it is rejected
      lines.add("2025-0%d-01,P1,N,1,S1,1.5,x".formatted(month));
    }
    for (int i = 0; i < rows; i++) {
      lines.add(row(random));
    }
    FileResult bytes = load(mode + "_bytes", lines, StandardCharsets.UTF_8, seed);
    FileResult text = load(mode + "_text", lines, StandardCharsets.UTF_16, seed);
    assertThat(counts(bytes)).as("seed %d", seed).isEqualTo(counts(text));
    for (String query : QUERIES) {
      assertThat(fixture.rows(query.formatted(mode + "_bytes")))
          .as("seed %d, %s", seed, query)
          .isEqualTo(fixture.rows(query.formatted(mode + "_text")));
    }
  }

  private static final List<String> QUERIES =
      List.of(
          "select month, plan, depot, number, shop, amount, remark, count(*) from %1$s.fact"
              + " group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7",
          "select code, first_name, biggest, kinds, n from %1$s.plan order by 1",
          "select depot, number, label from %1$s.route order by 1, 2",
          "select key, foreign_key, sheet, first_line, fact_rows, values, conflicts, left_empty"
              + " from refkeeper.derived_record where table_schema = '%1$s' order by 1, 2, 4",
          "select line, column_name, value, reason_code, replace(reason, '%1$s', ''), original,"
              + " fields, scope, state"
              + " from refkeeper.quarantine where domain = '%1$s' order by load_run_id, line");

  /** Few keys, so that most are named in several chunks; some rows nobody takes as they are. */
  private static String row(Random random) {
    String plan = pick(random, "P1", "P2", "P" + random.nextInt(30), "P" + random.nextInt(30));
    String depot = pick(random, "N", "N", "S" + random.nextInt(4), "");
    return String.join(
        ",",
        "2025-0%d-01".formatted(1 + random.nextInt(MONTHS)),
        random.nextInt(20) == 0 ? pick(random, "", "Q1", " P7 ", "P123456789", "\"P8\"") : plan,
        depot,
        depot.isEmpty() ? "" : Integer.toString(1 + random.nextInt(3)),
        random.nextInt(15) == 0 ? "S9" : pick(random, "S1", "S2"),
        random.nextInt(25) == 0 ? "much" : "%d.5".formatted(random.nextInt(1000)),
        pick(random, "", "计划" + random.nextInt(5), "a\\b", "tab\there", "\"two\nlines\"", "x"));
  }

  private static String pick(Random random, String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private static FileResult load(String domain, List<String> lines, Charset charset, long seed)
      throws Exception {
    Path file = home.resolve(domain + seed + ".csv");
    Files.writeString(file, String.join("\n", lines) + "\n", charset);
    FileResult result = fixture.ingest(file);
    assertThat(result.status()).as("seed %d: %s", seed, result.reasons()).isEqualTo(Status.LOADED);
    return result;
  }

  private static List<Object> counts(FileResult result) {
    LoadResult load = result.loads().get(0);
    return List.of(
        load.rowsRead(),
        load.rowsLoaded(),
        load.rowsQuarantined(),
        load.newParents().values().stream().mapToLong(Long::longValue).sum());
  }
}
