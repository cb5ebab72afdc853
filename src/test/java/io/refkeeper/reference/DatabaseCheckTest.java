package io.refkeeper.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.ControlSchema;
import io.refkeeper.database.Migration;
import io.refkeeper.problem.Finding;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class DatabaseCheckTest {

  private static final String DATA_SOURCES =
      """
      domains:
        sales:
          files: ["sales*.csv"]
          target_schema: shop
          target_table: sale
          load_mode: upsert
          upsert_by: [item, shop]
          load_id_column: load
          columns: [{source: a, target: amuont}, {source: b, target: twice}]
          foreign_keys:
            - name: fk_item
              source_column: item
              target_schema: shop
              target_table: item
              target_key: code
              backfill_columns:
                - {source: item_name, target: name, optional: true}
                - {source: group, target: group_code}
                - {source: x, target: colour}
            - name: fk_shop
              source_column: shop
              target_schema: shop
              target_table: shop
              target_key: code
            - name: fk_day
              source_column: dya
              target_schema: shop
              target_table: day
              target_key: code
      """;
  private static final String REFERENCE_SOURCES =
      """
      reference_tables:
        item:
          target_schema: shop
          source_type: config_file
          source_config: {file_path: items.csv, key_column: nr, columns: {nr: code, c: colour}}
          sync_strategy: merge
        item_group: {target_schema: shop, source_type: manual, source_config: {key_column: code}}
      """;
  private static final String TABLES =
      """
      create schema shop;
      create table shop.item_group (code text);
      create unique index on shop.item_group (code);
      create table shop.item (
        code text primary key, name text not null, kind text not null, _source int,
        group_code text references shop.item_group (code));
      create table shop.shop (code text);
      create table shop.clerk (id int primary key);
      create table shop.sale (
        item text references shop.item, shop int, amount numeric,
        twice numeric generated always as (amount * 2) stored,
        clerk int constraint sale_clerk references shop.clerk);
      """;

  @TempDir private Path home;

  private LoadedConfiguration configuration(String data, String sources) throws IOException {
    Path config = Files.createDirectories(home.resolve("config"));
    Files.writeString(config.resolve("data_sources.yml"), data);
    Files.writeString(config.resolve("reference_sources.yml"), sources);
    Files.writeString(config.resolve("reference_management.yml"), "strategy: hybrid\n");
    return ConfigurationLoader.read(config, Map.<String, String>of()::get);
  }

  private List<String> check(HikariDataSource database, LoadedConfiguration loaded) {
    return new DatabaseCheck(database)
        .check(loaded).stream()
            .map(Finding::toString)
            .map(finding -> finding.replace(home.resolve("config") + "/", ""))
            .toList();
  }

  @Test
  void theShippedConfigurationFitsTheUsersTablesOnceTheyAreMigrated() throws IOException {
    LoadedConfiguration shipped =
        ConfigurationLoader.read(Path.of("config"), Map.<String, String>of()::get);
    try (HikariDataSource database = TestPostgres.newDatabase();
        InputStream tables = getClass().getResourceAsStream("/demo/users_tables.sql")) {
      new JdbcTemplate(database).execute(new String(tables.readAllBytes(), StandardCharsets.UTF_8));
      List<Finding> before = new DatabaseCheck(database).check(shipped);
      assertThat(before.stream().map(finding -> finding.problem().code()).distinct())
          .containsExactly("control_schema", "tracking_columns");
      assertThat(before.get(1))
          .hasToString(
              "error: mapping.年金计划: The table lacks the tracking columns _source, _needs_review,"
                  + " _derived_from_domain, _derived_at - Run: refkeeper migrate");

      new Migration(database).apply(ReferenceTables.all(shipped.configuration()));
      assertThat(new DatabaseCheck(database).check(shipped)).isEmpty();
      assertThat(
              new Migration(database).plan(ReferenceTables.all(shipped.configuration())).isEmpty())
          .isTrue();
    }
  }

  @Test
  void listsEverythingThatDoesNotFitWithItsLine() throws IOException {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      new JdbcTemplate(database).execute(TABLES);
      LoadedConfiguration loaded = configuration(DATA_SOURCES, REFERENCE_SOURCES);
      assertThat(check(database, loaded))
          .containsExactlyInAnyOrder(
              "error: schema refkeeper: The control schema lacks %d migration(s) - Run: refkeeper migrate"
                  .formatted(ControlSchema.pending(database).size()),
              "error: data_sources.yml:8:5: The table shop.sale has no column \"load\" - Choose one"
                  + " of: item, shop, amount, twice, clerk",
              "error: data_sources.yml:9:27: The table shop.sale has no column \"amuont\" - Did you"
                  + " mean \"amount\"?",
              "error: data_sources.yml:9:56: The column twice of shop.sale fills itself - Remove the"
                  + " rule",
              "error: data_sources.yml:7:5: No unique constraint of shop.sale covers exactly item,"
                  + " shop - Add one: alter table \"shop\".\"sale\" add unique (\"item\", \"shop\")",
              "warning: data_sources.yml:10:5: The foreign key sale_clerk of shop.sale (clerk to"
                  + " shop.clerk) is not configured: rows with an unknown key will be quarantined -"
                  + " Add it under foreign_keys",
              "error: data_sources.yml:16:9: The table shop.item has no column \"colour\" - Choose"
                  + " one of: code, name, kind, _source, group_code",
              "warning: data_sources.yml:16:9: The column name of shop.item is NOT NULL, but its"
                  + " backfill column is optional - Rows that leave it blank will be quarantined;"
                  + " remove optional",
              "error: data_sources.yml:16:9: The column kind of shop.item is NOT NULL without"
                  + " default, and no backfill column fills it - Add a backfill column for it, or"
                  + " give the column a default",
              "warning: data_sources.yml:16:9: Derived rows of shop.item name shop.item_group by"
                  + " group_code, but no foreign key of the domain makes such rows - Add a foreign"
                  + " key to shop.item_group, or do not fill group_code",
              "error: data_sources.yml:21:9: shop of shop.sale is integer, but code of shop.shop is"
                  + " text - Name columns whose types can be compared",
              "error: data_sources.yml:24:9: No unique constraint of shop.shop covers exactly code -"
                  + " Add one: alter table \"shop\".\"shop\" add unique (\"code\")",
              "warning: data_sources.yml:20:9: The database has no foreign key from shop.sale (shop)"
                  + " to shop.shop - Add one, so that the database guards it too",
              "error: data_sources.yml:28:9: The table shop.day does not exist - Create it, or"
                  + " correct its schema and name",
              "error: reference_sources.yml:5:59: The table shop.item has no column \"colour\" -"
                  + " Choose one of: code, name, kind, _source, group_code",
              "warning: reference_sources.yml:5:21: The file "
                  + home.resolve("items.csv")
                  + " does not exist yet; the"
                  + " sync will fail until it does - Put it there, or correct file_path",
              "error: shop.item: The table lacks the tracking columns _needs_review,"
                  + " _derived_from_domain, _derived_at - Run: refkeeper migrate",
              "error: shop.item: The column _source is integer, which is no tracking column - Rename"
                  + " that column, then run: refkeeper migrate",
              "error: shop.item_group: The table lacks the tracking columns _source, _needs_review,"
                  + " _derived_from_domain, _derived_at - Run: refkeeper migrate",
              "error: shop.shop: The table lacks the tracking columns _source, _needs_review,"
                  + " _derived_from_domain, _derived_at - Run: refkeeper migrate");
    }
  }

  @Test
  void realForeignKeysCompleteTheOrderAndTheirCirclesAreNamed() throws IOException {
    String key =
        "      - {name: %s, source_column: %s, target_schema: shop, target_table: %s, target_key: code,"
            + " backfill_columns: [{source: x, target: parent}]}%n";
    String data =
        DATA_SOURCES.substring(0, DATA_SOURCES.indexOf("    upsert_by")).replace("upsert", "append")
            + "    foreign_keys:\n"
            + key.formatted("fk_child", "a", "child")
            + key.formatted("fk_parent", "b", "parent");
    String sources =
        """
        reference_tables:
          child: {source_type: manual}
          parent: {source_type: manual}
        """;
    LoadedConfiguration loaded = configuration(data, sources);
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      JdbcTemplate jdbc = new JdbcTemplate(database);
      jdbc.execute(
          """
          create schema shop;
          create table shop.parent (code text primary key, parent text references shop.parent);
          create table shop.child (code text primary key, parent text references shop.parent);
          create table shop.sale (
            a text references shop.child, b text references shop.parent);
          """);
      ReferenceOrder order = new ReferenceOrder(new Catalog(database));
      assertThat(order.sources(loaded.configuration()).stream().map(ReferenceSource::table))
          .containsExactly("parent", "child");
      assertThat(
              order.foreignKeys(loaded.configuration().domains().get("sales")).stream()
                  .map(ForeignKeyRule::name))
          .containsExactly("fk_parent", "fk_child");

      jdbc.execute("alter table shop.parent drop constraint parent_parent_fkey");
      jdbc.execute("alter table shop.parent add foreign key (parent) references shop.child");
      new Migration(database).apply(ReferenceTables.all(loaded.configuration()));
      assertThat(check(database, loaded))
          .containsExactly(
              "error: data_sources.yml:8:9: With the real foreign keys among the parents these depend"
                  + " on each other in a circle: fk_child -> fk_parent -> fk_child - Remove a"
                  + " depends_on, or do not fill the column that closes the circle",
              "error: reference_sources.yml:2:3: Reference tables depend on each other in a circle:"
                  + " child -> parent -> child - Remove a depends_on, or leave one of the tables out");
    }
  }
}
