package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.demo.SampleOptions;
import io.refkeeper.demo.SampleWorkbook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The users' real case: their workbook, their tables, the shipped configuration. */
class SampleWorkbookLoadTest {

  @TempDir Path home;

  @Test
  void oneWorkbookFeedsTwoDomainsAndDerivesEveryParentThatWasMissing() throws Exception {
    Configuration configuration = ConfigurationLoader.load(Path.of("config"), name -> null);
    Path file = home.resolve(SampleWorkbook.FILE_NAME);
    SampleWorkbook.write(file, new SampleOptions(7, 3_000, 800, 36, 8));
    String tables =
        new String(
            getClass().getResourceAsStream("/demo/users_tables.sql").readAllBytes(),
            StandardCharsets.UTF_8);
    try (IngestFixture fixture = new IngestFixture(tables, configuration, home, false)) {
      FileResult result = fixture.ingest(file);
      System.out.println(ReportText.of(result));

      assertThat(result.status()).isEqualTo(FileResult.Status.LOADED);
      assertThat(result.loads()).hasSize(2);
      LoadResult performance = result.loads().get(0);
      assertThat(performance.rowsQuarantined()).isEqualTo(8);
      assertThat(fixture.count("business.\"规模明细\"")).isEqualTo(performance.rowsLoaded());
      assertThat(fixture.ingest(file).status()).isEqualTo(FileResult.Status.DUPLICATE);
    }
  }
}
