package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.demo.DemoTables;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryTest {

  @TempDir Path home;

  @Test
  void aLoadWhoseConnectionIsCutOffIsRepeatedWholeAndLoadsOnce() throws Exception {
    String killer =
        """
        create sequence copies;
        create function cut_off_the_first() returns trigger language plpgsql as $$
        begin
          if nextval('copies') = 1 then
            perform pg_terminate_backend(pg_backend_pid());
          end if;
          return new;
        end $$;
        create trigger cut_off before insert on business."规模明细"
          for each row execute function cut_off_the_first();
        """;
    try (IngestFixture fixture =
        new IngestFixture(
            DemoTables.script() + killer,
            ConfigurationLoader.load(Path.of("config"), name -> null),
            home,
            false)) {
      FileResult result =
          fixture.ingest(
              "annuity_performance_1.csv",
              "月度,业务类型,计划类型,计划代码,组合代码,机构,流失(含待遇支付)",
              "202510,企年投资,单一,P01,,北京,1",
              "202510,企年投资,单一,P02,,北京,2");

      assertThat(result.status()).isEqualTo(FileResult.Status.LOADED);
      assertThat(fixture.rows("select nextval('copies') > 2")).containsExactly("t");
      assertThat(fixture.rows("select \"计划代码\" from business.\"规模明细\" order by 1"))
          .containsExactly("P01", "P02");
      assertThat(fixture.rows("select status from refkeeper.load_run")).containsExactly("loaded");
    }
  }

  @Test
  void aFileThatNoDomainWantsIsRejectedWithTheReason() throws Exception {
    try (IngestFixture fixture =
        new IngestFixture(
            DemoTables.script(),
            ConfigurationLoader.load(Path.of("config"), name -> null),
            home,
            false)) {
      FileResult result = fixture.ingest("unheard_of.csv", "a,b", "1,2");

      assertThat(result.status()).isEqualTo(FileResult.Status.REJECTED);
      assertThat(result.reasons().get(0).code()).isEqualTo("no_domain");
      assertThat(fixture.rows("select domain, status from refkeeper.load_run"))
          .containsExactly("-|rejected");
      assertThat(fixture.rows("select event from refkeeper.outbox"))
          .containsExactly("file_rejected");
    }
  }
}
