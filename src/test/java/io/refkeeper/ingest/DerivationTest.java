package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The columns of parents derived from facts: every aggregation, what does not fit. */
class DerivationTest {

  private static final String TABLES =
      """
      create schema b;
      create table b.sector (code text primary key, label text);
      create table b.client (
        code varchar(8) primary key, first_name text, usual text, biggest text, biggest_by_file text, kinds text,
        kinds_unsorted text, n_kinds integer, remark text, constant text, months jsonb, short varchar(3),
        sector text references b.sector, nature jsonb check (nature <> '"bad"'));
      insert into b.client (code) values ('OLD');
      create table b.sale (day date, client varchar(12) references b.client, kind text, amount numeric(12,2), name text);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}}
      domains:
        sales:
          files: ["sales*.csv"]
          target_schema: b
          target_table: sale
          load_mode: append
          foreign_keys:
            - name: fk_client
              source_column: client
              target_schema: b
              target_table: client
              target_key: code
              mode: fill_null_only
              backfill_columns:
                - {source: name, target: first_name}
                - {source: name, target: usual, aggregation: {type: most_frequent}}
                - {source: name, target: biggest, aggregation: {type: max_by, order_column: amount}}
                - {source: name, target: biggest_by_file, aggregation: {type: max_by, order_column: weight}}
                - {source: kind, target: kinds, aggregation: {type: concat_distinct}}
                - {source: kind, target: kinds_unsorted, aggregation: {type: concat_distinct, separator: " / ", sort: false}}
                - {source: kind, target: n_kinds, aggregation: {type: count_distinct}}
                - {target: remark, aggregation: {type: template, template: "{day:yyMM}_{kind}!"}}
                - {target: constant, aggregation: {type: template, template: "from sales"}}
                - {target: months, aggregation: {type: jsonb_append, template: "{day:yyMM}新建"}}
                - {source: kind, target: short, optional: true}
                - {source: sector, target: sector, optional: true}
                - {source: nature, target: nature, optional: true}
      """;

  @TempDir static Path home;

  @AutoClose static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture =
        IngestFixture.of(
            home,
            TABLES,
            DOMAINS,
            "strategy: hybrid\nbackfill: {mode: always}\n",
            "reference_tables: {}\n");
  }

  @Test
  void everyAggregationAndTheFillingOfWhatIsEmpty() {
    String header = "day,client,kind,amount,name,weight,sector,nature";
    FileResult result =
        fixture.ingest(
            "sales1.csv",
            header,
            "2025-10-01,C1,,1,(空白),9,,", // blanks never count
            "2025-10-01,C1,zeta,5,Ann,8,none,{bad json",
            "2025-11-01,C1,alpha,10,Bob,10,none,",
            "2025-11-02,C1,alpha,10,Cid,9.5,,", // a tie: the first wins
            "2025-11-03,C1,zeta,N/A,Cid,,,",
            "2025-11-03,C2,k1,,Eve,,,",
            "2025-11-03,C2,k2,,Fay,,,",
            "2025-10-01,OLD,k,1,Old,1,,");

    assertThat(result.status()).isEqualTo(Status.LOADED);
    assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(8);
    assertThat(
            fixture.rows(
                """
                select code, first_name, usual, biggest, biggest_by_file, kinds, kinds_unsorted, n_kinds, remark, constant,
                       months, short, sector, nature, _source, _needs_review, _derived_from_domain, _derived_at is not null
                from b.client order by code
                """))
        .containsExactly(
            "C1|Ann|Cid|Bob|Bob|alpha+zeta|zeta / alpha|2|2510_zeta!|from sales|[\"2510新建\", \"2511新建\"]|null|null|null|auto_derived|t|sales|t",
            "C2|Eve|Eve|Eve|Eve|k1+k2|k1 / k2|2|2511_k1!|from sales|[\"2511新建\"]|k1|null|null|auto_derived|t|sales|t",
            "OLD|null|null|null|null|null|null|null|null|null|null|null|null|null|authoritative|f|null|f");
    assertThat(
            fixture.rows(
                """
                select key[1], file_name, sheet, first_line, fact_rows, state, values ->> 'first_name',
                       conflicts -> 'first_name', (select string_agg(k, ',' order by k) from jsonb_object_keys(left_empty) k)
                from refkeeper.derived_record where table_name = 'client' order by 1
                """))
        .containsExactly(
            "C1|sales1.csv|null|2|5|pending|Ann|[\"Bob\", \"Cid\"]|nature,sector,short",
            "C2|sales1.csv|null|7|2|pending|Eve|[\"Fay\"]|null");
    assertThat(ReportText.of(result).replaceAll("\\s+", " "))
        .contains(
            "left empty in b.client C1: short: 'zeta' has 4 characters, character varying(3) takes 3")
        .contains(
            "left empty in b.client C1: sector: 'none' was refused: insert or update on table")
        .contains(
            "left empty in b.client C1: nature: '{bad json' was refused: invalid input syntax");

    // a later file fills what is empty of derived rows, and adds to the array
    fixture.jdbc.update("insert into b.sector values ('S', 's')");
    LoadResult second =
        fixture
            .ingest(
                "sales2.csv",
                header,
                "2025-12-01,C1,abc,1,Zoe,1,S,[1]",
                "2025-12-01,OLD,abc,1,Zoe,1,S,[1]")
            .loads()
            .get(0);

    assertThat(second.backfill().get("fk_client").updated()).isEqualTo(1);
    assertThat(
            fixture.rows(
                "select code, first_name, months, short, sector, nature from b.client where code <> 'C2' order by 1"))
        .containsExactly(
            "C1|Ann|[\"2510新建\", \"2511新建\", \"2512新建\"]|abc|S|[1]",
            "OLD|null|null|null|null|null");
    assertThat(
            fixture.rows(
                """
                select action, actor, run_kind, run_id = %d, before ->> 'short', after ->> 'short', before ? 'refkeeper_n'
                from refkeeper.audit_log where key = '{C1}' order by id
                """
                    .formatted(second.loadRunId())))
        .containsExactly(
            "insert|backfill|load|f|null|null|null", "update|backfill|load|t|null|abc|f");
  }

  @Test
  void aRowThatRefusesWhatWouldFillItStaysAsItIsAndTheOthersAreFilled() {
    String header = "day,client,kind,amount,name,weight,sector,nature";
    fixture.ingest(
        "sales-fill1.csv",
        header,
        "2025-10-01,F1,,1,,1,,",
        "2025-10-01,F2,,1,,1,,",
        "2025-10-01,F3,,1,,1,,");
    LoadResult second =
        fixture
            .ingest(
                "sales-fill2.csv",
                header,
                "2025-10-02,F1,k1,1,Ann,1,,[1]",
                "2025-10-02,F2,k2,1,Bob,1,,{bad json",
                "2025-10-02,F3,k3,1,Cid,1,,[3]")
            .loads()
            .get(0);

    assertThat(second.rowsLoaded()).isEqualTo(3);
    assertThat(second.backfill().get("fk_client").updated()).isEqualTo(2);
    assertThat(
            fixture.rows(
                "select code, first_name, short, nature from b.client where code like 'F_' order by 1"))
        .containsExactly("F1|Ann|k1|[1]", "F2|null|null|null", "F3|Cid|k3|[3]");
    assertThat(
            fixture.rows(
                "select key[1] from refkeeper.audit_log where run_id = %d and action = 'update' order by 1"
                    .formatted(second.loadRunId())))
        .containsExactly("F1", "F3");
  }

  @Test
  void whatDoesNotFitAKeyQuarantinesItsRows() {
    FileResult result =
        fixture.ingest(
            "sales3.csv",
            "day,client,kind,amount,name,weight,sector,nature",
            "2025-10-01,MUCHTOOLONG,k,1,n,1,,");

    assertThat(result.reasons()).isEmpty();
    assertThat(
            fixture.rows(
                "select line, reason_code, value from refkeeper.quarantine where file_name = 'sales3.csv'"))
        .containsExactly("2|key_does_not_fit|MUCHTOOLONG");
  }

  @Test
  void onlyTheValueToBlameIsLeftEmpty() {
    fixture.jdbc.update("insert into b.sector values ('S1', 'one')");
    String[] rows =
        IntStream.range(0, 250)
            .mapToObj(
                i ->
                    "2025-10-01,B%d,abc,1,Ann,1,S1,\"\"\"%s\"\"\""
                        .formatted(i, i % 2 == 0 ? "bad" : "good"))
            .toArray(String[]::new);
    LoadResult load =
        fixture
            .ingest(
                "sales-blame.csv",
                Stream.concat(
                        Stream.of("day,client,kind,amount,name,weight,sector,nature"),
                        Stream.of(rows))
                    .toArray(String[]::new))
            .loads()
            .get(0);

    assertThat(load.rowsLoaded()).isEqualTo(250);
    assertThat(
            fixture.rows(
                "select short, sector, nature, count(*) from b.client where code like 'B%' group by 1, 2, 3 order by 3"))
        .containsExactly("abc|S1|\"good\"|125", "abc|S1|null|125");
    assertThat(
            fixture.rows(
                "select distinct left_empty from refkeeper.derived_record where file_name = 'sales-blame.csv' and left_empty <> '{}'"
                    + " and first_line = 2"))
        .singleElement()
        .asString()
        .startsWith("{\"nature\": \"'\\\"bad\\\"' was refused: new row for relation");
  }
}
