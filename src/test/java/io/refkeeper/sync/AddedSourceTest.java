package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.problem.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Adding a type of source is one class, {@link ListSource}, and one route: nothing of refkeeper is
 * changed for it, nor is its configuration.
 */
class AddedSourceTest {

  private static final String ROUTE =
      """
      - route:
          id: preload-key-list
          description: Leaves the keys as the body
          routeConfigurationId: reference-sync-steps
          from:
            uri: direct:preload-key-list
            steps:
              - bean:
                  id: read-key-list
                  ref: keyListSource
                  method: keys
      """;

  @TempDir Path home;

  private Configuration read(String sourceConfig) throws IOException {
    Path folder = Files.createDirectories(home.resolve("config"));
    Files.writeString(
        folder.resolve("data_sources.yml"),
        "domains: {sales: {files: ['*.csv'], target_schema: public, target_table: sales, load_mode: append}}\n");
    Files.writeString(folder.resolve("reference_management.yml"), "strategy: hybrid\n");
    Files.writeString(
        folder.resolve("reference_sources.yml"),
        "reference_tables: {area: {target_schema: public, source_type: key_list, sync_strategy: merge, source_config: %s}}\n"
            .formatted(sourceConfig));
    return ConfigurationLoader.load(folder, name -> null);
  }

  @Test
  void itsTablesAreConfiguredAndSyncedLikeAnyOther() throws Exception {
    ReferenceSource area =
        read("{key_column: code, options: {keys: 'N,S'}}").referenceTables().get("area");
    try (SyncFixture fixture =
        new SyncFixture("create table area (code text primary key" + SyncFixture.TRACKING + ")")) {
      fixture.tables.put("area", area);
      Files.writeString(
          Files.createDirectories(fixture.folder.resolve("routes"))
              .resolve("preload-key-list.camel.yaml"),
          ROUTE);
      fixture.start();

      TableReport report = fixture.one("area");

      assertThat(report.errors()).isEmpty();
      assertThat(report.sourceType()).isEqualTo("key_list");
      assertThat(fixture.rows("select code from area order by 1")).containsExactly("N", "S");
    }
  }

  @Test
  void whatDoesNotBelongToItOrIsMissingIsRefused() {
    assertThatThrownBy(() -> read("{key_column: code, url: 'http://x/'}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("\"url\" does not belong to source_type: key_list")
        .hasMessageContaining("source_type: key_list needs \"options\" in source_config");
  }
}
