package io.refkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ForeignKeyRule.AggregationType;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.SourceConnection.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShippedConfigurationTest {

  private final Configuration shipped =
      ConfigurationLoader.load(Path.of("config"), Map.<String, String>of()::get);

  @Test
  void hasTheUsersTwoDomainsWithFourForeignKeysEach() {
    assertThat(shipped.domains()).containsOnlyKeys("annuity_performance", "annuity_income");
    for (Domain domain : shipped.domains().values()) {
      assertThat(domain.replaceBy()).containsExactly("月度", "业务类型", "计划类型");
      assertThat(domain.blankValues()).containsExactly("", "(空白)", "N/A", "\\N");
      assertThat(DependencyOrder.sort(domain.foreignKeys()).stream().map(ForeignKeyRule::name))
          .containsExactly("fk_plan", "fk_product_line", "fk_organisation", "fk_portfolio");
    }
  }

  @Test
  void fillsADerivedPlanAsTheUsersSaid() {
    ForeignKeyRule plan = shipped.domains().get("annuity_performance").foreignKeys().get(0);
    assertThat(plan.backfillColumns().stream().map(BackfillColumn::target))
        .containsExactly("年金计划号", "计划全称", "计划类型", "客户名称", "主拓代码", "主拓机构", "管理资格");
    assertThat(plan.backfillColumns().stream().map(c -> c.aggregation().type()))
        .containsExactly(
            AggregationType.FIRST,
            AggregationType.FIRST,
            AggregationType.FIRST,
            AggregationType.FIRST,
            AggregationType.MAX_BY,
            AggregationType.MAX_BY,
            AggregationType.CONCAT_DISTINCT);
  }

  @Test
  void mapsOrganisationsAndProductLines() {
    List<ColumnRule> rules = shipped.domains().get("annuity_income").columns();
    ColumnRule organisation = rules.get(2);
    assertThat(organisation.map()).hasSize(38).containsEntry("新疆", "G23");
    assertThat(organisation.otherwise().value()).isEqualTo("G00");
    assertThat(rules.get(3).map()).hasSize(12).containsEntry("其他", "PL301");
    assertThat(rules.get(3).otherwise()).isEqualTo(new ColumnRule.Otherwise(true, null));
  }

  @Test
  void readsThreeTablesFromTheLegacyServerAndOneFromAFile() {
    assertThat(shipped.referenceTables().values().stream().map(ReferenceSource::sourceType))
        .containsExactly(
            SourceType.LEGACY_MYSQL,
            SourceType.LEGACY_MYSQL,
            SourceType.CONFIG_FILE,
            SourceType.LEGACY_MYSQL);
    ReferenceSource lines = shipped.referenceTables().get("产品线");
    assertThat(lines.sourceConfig().keyColumns()).containsExactly("code");
    assertThat(lines.targetKey()).containsExactly("产品线代码");
    assertThat(shipped.referenceTables().get("组织架构").sourceConfig().database())
        .isEqualTo("enterprise");
  }

  @Test
  void takesTheLegacyServerFromTheEnvironment() {
    Configuration configured =
        ConfigurationLoader.load(
            Path.of("config"),
            Map.of(
                    "LEGACY_HOST", "db.example.com",
                    "LEGACY_PORT", "3307",
                    "LEGACY_PASSWORD", "12345",
                    "LEGACY_TLS", "disabled")
                ::get);
    assertThat(configured.connections().get("enterprise"))
        .isEqualTo(
            new SourceConnection(
                "enterprise",
                "mysql",
                "db.example.com",
                3307,
                "enterprise",
                "reader",
                "12345",
                Tls.DISABLED));
  }
}
