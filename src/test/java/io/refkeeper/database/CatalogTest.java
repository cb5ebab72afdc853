package io.refkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.testing.TestPostgres;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class CatalogTest {

  @Test
  void readsColumnsKeysAndForeignKeys() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      new JdbcTemplate(database)
          .execute(
              """
              create domain code as varchar(12) check (value <> '');
              create table parent (a int, "B" code, primary key (a, "B"));
              create table child (
                id bigint generated always as identity primary key,
                x int, y varchar(12), amount numeric(10,-2) default 0,
                twice numeric generated always as (amount * 2) stored,
                constraint fk foreign key (x, y) references parent (a, "B"));
              """);
      Catalog catalog = new Catalog(database);

      assertThat(catalog.table(new TableName("public", "nowhere"))).isEmpty();
      Table parent = catalog.table(new TableName("public", "parent")).orElseThrow();
      assertThat(parent.isUnique(List.of("B", "a"))).isTrue();
      assertThat(parent.isUnique(List.of("a"))).isFalse();
      Column code = parent.column("B").orElseThrow();
      assertThat(code.domain()).isTrue();
      assertThat(code.maxLength()).isEqualTo(12);

      Table child = catalog.table(new TableName("public", "child")).orElseThrow();
      assertThat(child.foreignKeys())
          .containsExactly(
              new ForeignKeyConstraint("fk", List.of("x", "y"), parent.name(), List.of("a", "B")));
      Column amount = child.column("amount").orElseThrow();
      assertThat(amount.precision()).isEqualTo(10);
      assertThat(amount.scale()).isEqualTo(-2);
      assertThat(child.column("id").orElseThrow().writable()).isFalse();
      assertThat(child.column("twice").orElseThrow().writable()).isFalse();
    }
  }
}
