package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reference data kept in files; a broken file is refused with its line. */
class ConfigFileTest {

  private static final List<String> FORMATS = List.of("yaml", "json", "csv");
  private static SyncFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new SyncFixture();
    for (String format : FORMATS) {
      fixture.sql.execute(
          "create table %s_line (\"产品线代码\" text primary key, \"产品线\" text%s)"
              .formatted(format, SyncFixture.TRACKING));
      fixture
          .table(format + "_line", SyncStrategy.FULL_REPLACE)
          .key("产品线代码")
          .columns(Map.of("code", "产品线代码", "name", "产品线"))
          .file("lines", format)
          .add();
    }
    fixture.start();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  private static TableReport sync(String format, String content) throws Exception {
    fixture.sql.execute("truncate %s_line, refkeeper.source_key".formatted(format));
    Files.writeString(fixture.folder.resolve("lines"), content.replace("\\n", "\n"));
    return fixture.one(format + "_line");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yaml|'lines:\\n- {code: PL1, name: 企年投资}\\n- {code: PL2, name: 直投}'",
        "json|'{\"lines\": [{\"code\": \"PL1\", \"name\": \"企年投资\"}, {\"code\": \"PL2\", \"name\": null}]}'",
        "csv|'code,name\\nPL1,5\" 企年投资\\nPL2,\"直\\n\"\",\"\"投\"\\n'"
      })
  void recordsOfEveryFormatAreRead(String format, String content) throws Exception {
    TableReport report = sync(format, content);
    assertThat(report.errors()).isEmpty();
    assertThat(report.inserted()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yaml|'lines:\\n- {code: PL1, name: a}\\n- {code: PL2, code: PL3}'|lines:3:",
        "yaml|'lines:\\n- {code: PL1, na'|lines:2:",
        "yaml|'lines: {code: PL1}'|lines",
        "json|'{\"lines\": [{\"code\": \"PL1\", \"code\": \"x\"}]}'|lines:1:",
        "json|'{\"lines\": [{\"code\": '|lines:1:",
        "csv|'code,name\\nPL1,a\\nPL2'|lines:3",
        "csv|'code,code\\nPL1,a'|lines:1",
        "csv|'code,name\\nPL1,\"never ended'|lines:2",
        "yaml|'lines:\\n- PL1'|lines",
        "yaml|'a: &a [x, x]\\nb: &b [*a, *a]'|lines",
        "yaml|''|lines",
        "json|''|lines:1",
        "json|'{\"lines\": []} x'|lines:1",
      })
  void aBrokenFileIsRefusedWithItsLine(String format, String content, String place)
      throws Exception {
    TableReport report = sync(format, content);
    assertThat(report.status()).isEqualTo("failed");
    assertThat(report.errors())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.code()).isEqualTo("source_file_broken");
              assertThat(p.place()).startsWith(fixture.folder + "/" + place);
              assertThat(p.remedy()).endsWith("nothing was written");
            });
    assertThat(fixture.rows("select \"产品线代码\" from %s_line".formatted(format))).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsNamedAsPeopleCanOpenItAndInWords() throws Exception {
    fixture.sql.execute("truncate csv_line, refkeeper.source_key");
    Files.deleteIfExists(fixture.folder.resolve("lines"));
    assertThat(fixture.one("csv_line").errors())
        .singleElement()
        .hasToString(
            fixture.folder.resolve("lines")
                + ": The file cannot be read: it does not exist - Put it there, or correct"
                + " source_config.file_path; nothing was written");
  }

  @Test
  void aFileThatIsStillWrittenToIsNoChangedFileYet() throws Exception {
    ConfigFile files = new ConfigFile();
    files.open(
        new SourceContext(Map.of(), ZoneOffset.UTC, fixture.folder.resolve("config"), null, null));
    Path file = fixture.folder.resolve("growing");
    Files.writeString(file, "lines:\n- {code: A}\n");
    List<Boolean> looks = new ArrayList<>();
    looks.add(files.isSettled("growing"));
    Files.writeString(file, "- {code: B}\n", StandardOpenOption.APPEND);
    looks.add(files.isSettled("growing"));
    looks.add(files.isSettled("growing"));
    Files.delete(file);
    looks.add(files.isSettled("growing"));
    looks.add(files.isSettled("growing"));

    assertThat(looks).containsExactly(false, false, true, false, true);
  }
}
