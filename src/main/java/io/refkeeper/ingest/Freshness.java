package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tells whether the preload has done its work for the parents of a domain. */
final class Freshness {

  private final JdbcClient jdbc;
  private final Configuration configuration;

  Freshness(DataSource target, Configuration configuration) {
    this.jdbc = JdbcClient.create(target);
    this.configuration = configuration;
  }

  /**
   * Why loads of a domain are in degraded mode: its parents whose last sync did not succeed, or
   * that were never synced.
   *
   * @return one reason a table; empty when the preload has done its work
   */
  List<String> degradedReasons(Domain domain) {
    if (configuration.management().strategy() == Strategy.BACKFILL_ONLY
        || !configuration.management().preload().enabled()) {
      return List.of();
    }
    List<String> reasons = new ArrayList<>();
    for (ForeignKeyRule key : domain.foreignKeys()) {
      configuration.referenceTables().values().stream()
          .filter(source -> source.sourceType() != SourceType.MANUAL)
          .filter(source -> source.targetSchema().equals(key.targetSchema()))
          .filter(source -> source.table().equals(key.targetTable()))
          .map(this::reason)
          .filter(Objects::nonNull)
          .filter(reason -> !reasons.contains(reason))
          .forEach(reasons::add);
    }
    return reasons;
  }

  private String reason(ReferenceSource source) {
    String table = source.targetSchema() + "." + source.table();
    Optional<String> status =
        jdbc.sql(
                """
                select status from refkeeper.sync_table_run
                where table_schema = ? and table_name = ?
                order by id desc limit 1
                """)
            .params(source.targetSchema(), source.table())
            .query(String.class)
            .optional();
    if (status.isEmpty()) {
      return table + " was never synced";
    }
    return switch (status.get()) {
      case "ok", "unchanged" -> null;
      case "held" -> "the last sync of " + table + " is held";
      case "skipped" -> "the last sync of " + table + " was skipped";
      default -> "the last sync of " + table + " failed";
    };
  }
}
