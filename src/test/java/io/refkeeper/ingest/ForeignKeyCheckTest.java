package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.testing.TestPostgres.Server;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code fk_check: auto} on the oldest and the newest supported PostgreSQL: each case is a table on
 * which skipping the database's own check would leave an orphan or a duplicate behind.
 *
 * <p>{@code src/test/mutations/foreign-keys.sh} takes the conditions away one by one; each must
 * leave what its case is about, in this test or in {@link ForeignKeyLockTest}:
 *
 * <table>
 * <caption>Mutations and the case that each leaves an orphan in</caption>
 * <tr><td>user-trigger, trigger-of-partition<td>user_trigger, partition_trigger
 * <tr><td>deferrable<td>late_unique (a duplicate)
 * <tr><td>enable-replica, enable-always<td>replica_trigger, always_trigger
 * <tr><td>key-of-partition, key-of-ancestor<td>own_partition, is_partition
 * <tr><td>uncovered<td>uncovered, by_default, generated
 * <tr><td>other-parent, column-pairs<td>other_parent, swapped
 * <tr><td>match-full, not-copied<td>match_full, not_copied
 * <tr><td>self-reference<td>replaced_parent
 * <tr><td>types, input-of-type<td>rounded_input
 * <tr><td>stored-value, only, equality<td>typmod, inherited, covered
 * <tr><td>key-share, lock, second-look<td>raced, altered, attached
 * </table>
 *
 * <p>Without these a load fails or good rows are refused: grant ({@link ForeignKeyLockTest}),
 * collation (collated), null-in-key (composite). Without set-back, and with role-before-savepoint,
 * {@link CopyStreamTest} fails. In day and padding the types alone call for the database; the value
 * as stored would be no parent, either. That rows are on another server or a key is temporal is
 * asked only to name the reason: the one cannot have foreign keys, the other is of a type that
 * cannot be proven.
 */
class ForeignKeyCheckTest {

  private static final List<ForeignKeyCase> CASES =
      Stream.concat(ProvenKeyCases.ALL.stream(), ReplicaTableCases.ALL.stream()).toList();

  @TempDir static Path home;

  private static ForeignKeyServers servers;

  @BeforeAll
  static void start() throws Exception {
    servers = new ForeignKeyServers(home, CASES);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(Server.values())
        .flatMap(server -> CASES.stream().map(c -> Arguments.of(server, c)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cases")
  void aForeignKeyIsProvenOrCheckedByTheDatabase(Server server, ForeignKeyCase c) {
    IngestFixture fixture = servers.on(server);
    long before = fixture.count(c.name() + ".fact");
    LoadResult load =
        fixture.ingest(c.name() + ".csv", c.lines().toArray(String[]::new)).loads().get(0);
    assertThat(ForeignKeyCase.orphans(fixture.jdbc, c.name()))
        .as("orphans of " + c.name())
        .isEmpty();
    assertThat(load.fkCheckReason()).isEqualTo(c.reason());
    assertThat(load.fkCheck()).isEqualTo(c.reason() == null ? "verified" : "database");
    assertThat(
            fixture.rows(
                "select line, reason_code from refkeeper.quarantine where domain = '%s' order by 1"
                    .formatted(c.name())))
        .isEqualTo(c.quarantined());
    long loaded = c.lines().size() - 1L - c.quarantined().size();
    assertThat(load.rowsLoaded()).isEqualTo(loaded);
    assertThat(fixture.count(c.name() + ".fact")).isEqualTo(before - load.rowsReplaced() + loaded);
  }
}
