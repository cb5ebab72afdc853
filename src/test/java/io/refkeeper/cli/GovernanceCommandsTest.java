package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.refkeeper.notification.PlainText;
import io.refkeeper.runtime.InShop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** validate, review, audit, retention and the freshness gate as people and scripts use them. */
class GovernanceCommandsTest extends InShop {

  private static CommandRun run(String... arguments) {
    return CommandRun.of(shop.environment(), arguments);
  }

  @Test
  void validateEndsWithFiveWhenItFoundSomethingAndWritesAPage() throws Exception {
    shop.sql.execute("update s.folio set client = E'NOBODY\\u3000' where code = 'F1'");
    Path page = home.resolve("report.html");
    CommandRun found = run("validate", "--html", page.toString());
    assertThat(found.exitCode()).as(found.err()).isEqualTo(5);
    assertThat(found.out().lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat(found.out())
        .contains(
            """
            error: s.folio (client)
              1 row names 1 key that s.client does not have
                'NOBODY<U+3000>' (1 row)
              Add the missing rows to s.client or correct the keys, then find out who wrote
                past the foreign key

            Validation 1: 4 reference tables, 3 references between them, 3 foreign keys of
              facts: 1 finding
            """);
    assertThat(page).content().contains("NOBODY&lt;U+3000&gt;");

    CommandRun json = run("validate", "--json");
    assertThat(json.exitCode()).isEqualTo(5);
    assertThat(json.violationsOf("validate")).isEmpty();
    assertThat(
            new ObjectMapper().readTree(json.out()).at("/findings/0/samples/0/keys/0/0").asText())
        .as("for scripts the key as it is")
        .isEqualTo("NOBODY\u3000");

    shop.sql.execute("update s.folio set client = 'C1' where code = 'F1'");
    CommandRun fine = run("validate");
    assertThat(fine.exitCode()).as(fine.err()).isZero();
    assertThat(fine.out()).endsWith("facts: nothing was found\n");
  }

  @Test
  void pendingRecordsAreListedAndExportedSafelyWithTheirVersion() throws Exception {
    shop.load(
        "2025-10-01,=cmd|'/C calc'!A0,@SUM(1+1),,,,1".replace("!", "?"), "2025-10-01,N2,+1,F9,,,1");
    CommandRun list = run("review", "list", "--limit", "2");
    assertThat(list.exitCode()).as(list.err()).isZero();
    assertThat(list.out().lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat(list.out()).contains("There are more");
    CommandRun json = run("review", "list", "--table", "client", "--json");
    assertThat(json.violationsOf("review-list")).isEmpty();
    assertThat(new ObjectMapper().readTree(json.out()).at("/records")).hasSize(2);

    shop.sql.execute("update s.client set name = '-2+3' where code = 'N2'");
    Path file = home.resolve("pending.csv");
    CommandRun export =
        run("review", "export", "--table", "client", "--output", file.toString(), "--json");
    assertThat(export.exitCode()).as(export.err()).isZero();
    assertThat(export.violationsOf("review-export")).isEmpty();
    assertThat(Files.readAllBytes(file)).startsWith(0xEF, 0xBB, 0xBF);
    List<NamedCsvRecord> records;
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().detectBomHeader(true).ofNamedCsvRecord(file)) {
      records = csv.stream().toList();
    }
    assertThat(records)
        .extracting(r -> r.getField("version"), r -> r.getField("code"), r -> r.getField("name"))
        .containsExactlyInAnyOrder(
            org.assertj.core.api.Assertions.tuple("1", "'=cmd|'/C calc'?A0", "'@SUM(1+1)"),
            org.assertj.core.api.Assertions.tuple("1", "N2", "'-2+3"));
    CommandRun all = run("review", "export");
    assertThat(all.out()).startsWith("\uFEFFid,version,table,key,").contains("s.folio", "F9");
    assertThat(run("review", "export", "--table", "nonsense").exitCode()).isEqualTo(2);
  }

  @Test
  void theAuditLogIsExportedAsCsvAndJson() throws Exception {
    shop.load("2025-10-01,=1+1,one,,,,1", "2025-10-01,N2,two,,,,1");
    CommandRun csv = run("audit", "export", "--key", "=1+1");
    assertThat(csv.exitCode()).as(csv.err()).isZero();
    assertThat(csv.out().lines())
        .hasSize(2)
        .element(1)
        .asString()
        .contains(",s.client,'=1+1,insert,");

    CommandRun json = run("audit", "export", "--table", "client", "--json");
    assertThat(json.violationsOf("audit-export")).isEmpty();
    JsonNode document = new ObjectMapper().readTree(json.out());
    assertThat(document.at("/rows").asInt()).isEqualTo(2);
    assertThat(document.at("/entries/1/after/name").asText()).isEqualTo("two");

    Path file = home.resolve("audit.json");
    CommandRun written =
        run("audit", "export", "--format", "json", "--output", file.toString(), "--json");
    assertThat(written.violationsOf("audit-export")).isEmpty();
    assertThat(new ObjectMapper().readTree(Files.readString(file)).at("/rows").asInt())
        .isEqualTo(2);
    assertThat(home.resolve("audit.json.part")).doesNotExist();
    assertThat(
            run("audit", "export", "--since", "2000-01-01", "--until", "2000-01-02").out().lines())
        .as("the header only")
        .hasSize(1);
    assertThat(run("audit", "export", "--since", "yesterday").exitCode()).isEqualTo(2);
    CommandRun nowhere =
        run("audit", "export", "--output", home.resolve("no/where.csv").toString());
    assertThat(nowhere.exitCode()).isEqualTo(1);
    assertThat(nowhere.err().replaceAll("\\s+", " "))
        .contains(
            "The file cannot be written: the folder %s does not".formatted(home.resolve("no")))
        .doesNotContain("\tat ");
  }

  @Test
  void aTableThatThereIsNotIsUsageAndOneWithoutEntriesIsNot() throws Exception {
    shop.load("2025-10-01,N1,one,,,,1");
    CommandRun unknown = run("audit", "export", "--table", "clinet");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err())
        .isEqualTo("--table: clinet is no reference table - Did you mean \"client\"?\n");
    for (String table : new String[] {"country", "s.country"}) {
      CommandRun empty = run("audit", "export", "--table", table);
      assertThat(empty.exitCode()).as(empty.err()).isZero();
      assertThat(empty.err()).isEqualTo("No entry of the audit log fits.\n");
    }
    assertThat(run("audit", "export", "--table", "s.client").out().lines()).hasSize(2);
  }

  @Test
  void aDayOfTheAuditLogIsOneOfThePolicysTimeZone() throws Exception {
    shop.load("2025-10-01,N1,one,,,,1");
    ZonedDateTime now = ZonedDateTime.now(ZoneId.of("Asia/Shanghai"));
    String soon = now.plusMinutes(5).toLocalDateTime().toString();
    String before = now.minusMinutes(5).toLocalDateTime().toString();
    assertThat(run("audit", "export", "--since", before, "--until", soon).out().lines()).hasSize(2);
    assertThat(run("review", "list").out()).endsWith("Days are those of Asia/Shanghai.\n");
  }

  @Test
  void aFileThatIsRefusedForAnOldSyncIsFiveAndForceLoadsItAllTheSame() throws Exception {
    Path strict = Files.createDirectories(home.resolve("strict"));
    for (String name :
        List.of("data_sources.yml", "reference_sources.yml", "reference_management.yml")) {
      String text = Files.readString(home.resolve("config").resolve(name));
      Files.writeString(
          strict.resolve(name),
          name.equals("reference_management.yml")
              ? text + "ingest: {require_fresh_sync: true, max_sync_age: 24h}\n"
              : text);
    }
    Path file =
        Files.writeString(
            home.resolve("sales_strict.csv"),
            "day,client,folio,region,branch,amount\n2025-10-01,C1,F1,north,1,77\n");

    CommandRun refused = run("--config", strict.toString(), "ingest", "--json", file.toString());
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(5);
    assertThat(refused.violationsOf("ingest")).isEmpty();
    JsonNode result = new ObjectMapper().readTree(refused.out()).at("/files/0");
    assertThat(result.at("/status").asText()).isEqualTo("rejected");
    assertThat(result.at("/reasons/0/code").asText()).isEqualTo("sync_not_fresh");
    CommandRun text = run("--config", strict.toString(), "ingest", file.toString());
    assertThat(text.exitCode()).isEqualTo(5);
    assertThat(text.out().lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat((text.out() + text.err()).replaceAll("\\s+", " "))
        .contains("require_fresh_sync is set", "nothing was loaded")
        .contains("run refkeeper sync client, or load it all the same with --force");
    assertThat(rowsOfTheFile()).isZero();
    assertThat(file).exists();

    CommandRun forced = run("--config", strict.toString(), "ingest", "--force", file.toString());
    assertThat(forced.exitCode()).as(forced.err()).isZero();
    assertThat(rowsOfTheFile()).isEqualTo(1);
  }

  private static long rowsOfTheFile() {
    return shop.sql.queryForObject("select count(*) from s.sale where amount = 77", Long.class);
  }

  @Test
  void retentionTellsWhatItWouldDelete() throws Exception {
    CommandRun dry = run("retention", "--dry-run", "--json");
    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(dry.violationsOf("retention")).isEmpty();
    assertThat(run("retention").out())
        .startsWith("Deleted:\n  closed rows of the quarantine  0\n")
        .contains("\n  quality figures                0\n")
        .contains("\n  messages that were sent        0\n")
        .contains("\n  reports of the validation      0\n");
  }

  @Test
  void aLimitThatIsNoneIsRefused() {
    for (String limit : List.of("0", "-1", "2147483647")) {
      CommandRun list = run("review", "list", "--limit", limit);
      assertThat(list.exitCode()).as(list.err()).isEqualTo(2);
      assertThat(list.err()).contains("--limit must be between 1 and 100,000");
    }
  }
}
