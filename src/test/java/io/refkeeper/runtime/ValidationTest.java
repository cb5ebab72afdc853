package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.quality.validation.ValidationHtml;
import io.refkeeper.quality.validation.ValidationReport;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** What the reference validation finds, and what it must not take for a fault. */
class ValidationTest extends InShop {

  @Test
  void whereAllIsWellNothingIsFoundAndNobodyIsTold() {
    ValidationReport report = shop.validate();
    assertThat(report.findings()).isEmpty();
    assertThat(report.checked()).isEqualTo(new ValidationReport.Checked(4, 3, 3));
    assertThat(report.tables()).contains(new ValidationReport.CheckedTable("s.client", 2, 0));
    assertThat(shop.subjects()).isEmpty();
    assertThat(shop.sql.queryForList("select trigger from refkeeper.validation_run", String.class))
        .containsExactly("manual");
  }

  @Test
  void aReferenceTableWithoutRowsIsFound() {
    shop.sql.execute("truncate s.branch; update s.sale set region = null");
    assertThat(shop.findings()).containsExactly("reference_table_empty s.branch 0/0 ");
  }

  @Test
  void factsWithoutAParentAreFoundAlsoByAForeignKeyThatIsNotReal() {
    shop.sql.execute(
        """
        insert into s.sale select '2025-10-01', 'X' || n % 12, 'NOF', 'north', 9, 1 from generate_series(1, 100) n;
        insert into s.sale values ('2025-10-01', 'C9 ', null, 'north', null, 1), ('2025-10-01', null, null, null, 9, 1)
        """);
    assertThat(shop.findings())
        .as("by rows; a key with a NULL in it names nothing")
        .containsExactly(
            "fact_orphan s.sale (client) 13/101 'X1' (9 rows); 'X2' (9 rows); 'X3' (9 rows); 'X4' (9"
                + " rows); 'X0' (8 rows); 'X10' (8 rows); 'X11' (8 rows); 'X5' (8 rows); 'X6' (8 rows);"
                + " 'X7' (8 rows)",
            "fact_orphan s.sale (folio) 1/100 'NOF' (100 rows)",
            "fact_orphan s.sale (region, branch) 1/100 'north', '9' (100 rows)");
  }

  @Test
  void referencesAmongReferenceTablesAreCheckedWhetherRealOrConfigured() {
    shop.past("update s.client set country = 'ZZ' where code = 'C1'");
    shop.past("update s.client set parent = 'GONE' where code = 'C2'");
    shop.sql.execute("update s.folio set client = 'NOBODY' where code = 'F1'");
    assertThat(shop.findings())
        .containsExactlyInAnyOrder(
            "reference_orphan s.client (country) 1/1 'ZZ' (1 row)",
            "reference_orphan s.client (parent) 1/1 'GONE' (1 row)",
            "reference_orphan s.folio (client) 1/1 'NOBODY' (1 row)");
  }

  @Test
  void keysThatDifferOnlyByCaseWidthOrSpacesAreFound() {
    shop.sql.execute(
        """
        insert into s.client (code, _source) values ('c1', 'auto_derived'), ('Ｃ１', 'authoritative'),
          ('C 1', 'authoritative'), (E'C1\\u3000', 'authoritative'), (E'C1\\u200b', 'authoritative'), ('C3', 'authoritative');
        insert into s.note values (1, 'c1');
        insert into s.branch values ('North', 1), ('NORTH', 2);
        """);
    assertThat(shop.findings())
        .containsExactlyInAnyOrder(
            "similar_keys s.client 6/0 'C 1' = 'C1' = 'C1<U+200B>' = 'C1<U+3000>' = 'c1' = 'Ｃ１' (1 of"
                + " them derived)",
            "similar_keys s.branch 2/0 'North', '1' = 'north', '1' (0 of them derived)");
    assertThat(
            shop.sql.queryForObject(
                "select body from refkeeper.outbox where event = 'validation_found'", String.class))
        .as("all keys of a group are shown: none is left to count")
        .contains("'Ｃ１'")
        .doesNotContain("more");
  }

  @Test
  void derivedRowsThatNothingNamesAreFoundOverAllTablesThatCanNameThem() {
    shop.sql.execute(
        """
        insert into s.client (code, parent, _source, _derived_at) values
          ('BYSALE', null, 'auto_derived', '2025-10-01'), ('BYNOTE', null, 'auto_derived', '2025-10-01'),
          ('BYCHILD', null, 'auto_derived', '2025-10-01'), ('BYFOLIO', null, 'auto_derived', '2025-10-01'),
          ('SELF', 'SELF', 'auto_derived', '2025-10-02'), ('ALONE', 'BYCHILD', 'auto_derived', '2025-10-01');
        insert into s.sale (day, client) values ('2025-10-01', 'BYSALE');
        insert into s.note values (1, 'BYNOTE');
        update s.folio set client = 'BYFOLIO' where code = 'F2';
        """);
    assertThat(shop.findings())
        .containsExactly(
            "unused_derived s.client 2/0 'ALONE' (derived 2025-10-01); 'SELF' (derived 2025-10-02)");
  }

  @Test
  void whatCannotBeCheckedIsAFindingAndTheRestIsCheckedAllTheSame() {
    shop.sql.execute("update s.folio set client = 'NOBODY' where code = 'F1'");
    shop.sql.execute("alter table s.branch rename to elsewhere");
    try {
      assertThat(shop.validate().findings())
          .extracting(f -> f.code() + " " + f.place() + ": " + f.message())
          .containsExactlyInAnyOrder(
              "check_failed s.branch: It could not be checked: The table does not exist",
              "check_failed s.sale (region, branch): It could not be checked: relation \"s.branch\""
                  + " does not exist",
              "reference_orphan s.folio (client): 1 row names 1 key that s.client does not have");
    } finally {
      shop.sql.execute("alter table s.elsewhere rename to branch");
    }
  }

  @Test
  void thePageNeedsNothingBesideItAndDataCannotGetOutOfItsText() {
    shop.sql.execute(
        "insert into s.sale (day, client) values ('2025-10-01', '<script>&\"'), ('2025-10-01', E'a\\u202eb')");
    ValidationReport report = shop.validate();
    String page = ValidationHtml.page(report, ZoneId.of("Asia/Shanghai"));
    assertThat(page)
        .contains("'&lt;script&gt;&amp;&quot;' (1 row)", "'a&lt;U+202E&gt;b'")
        .contains("prefers-color-scheme: dark", "default-src 'none'", "<td>s.client</td>")
        .contains("+08:00")
        .doesNotContain("<script", "http://", "https://", "src=", "href=");
  }
}
