package io.refkeeper.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.problem.Problem;
import io.refkeeper.sync.Sources;
import io.refkeeper.sync.SyncSettings;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks now and then whether the sources can be reached: each connection once, each file, each API.
 */
public final class SourceWatch {

  private final Sources sources;

  /** A table that reads from it, by the name of the connection, or else of the table. */
  private final Map<String, ReferenceSource> tables = new LinkedHashMap<>();

  private final Map<String, String> problems = new ConcurrentHashMap<>();

  SourceWatch(Configuration configuration, SyncSettings settings, MeterRegistry registry) {
    this.sources = Sources.open(configuration, settings, null);
    for (ReferenceSource table : configuration.referenceTables().values()) {
      if (table.sourceType() != SourceType.MANUAL) {
        String connection = table.sourceConfig().connection();
        tables.putIfAbsent(connection == null ? table.table() : connection, table);
      }
    }
    for (String name : tables.keySet()) {
      Gauge.builder("refkeeper.source.up", problems, now -> now.containsKey(name) ? 0 : 1)
          .description("1: the source can be reached")
          .tag("source", name)
          .register(registry);
    }
  }

  /** Looks now; takes some seconds for each server that is silent. */
  public void look() {
    tables.forEach(
        (name, table) -> {
          Optional<Problem> problem = sources.of(table.sourceType()).probe(table);
          if (problem.isPresent()) {
            problems.put(name, problem.get().message());
          } else {
            problems.remove(name);
          }
        });
  }

  /** A source that is down makes nothing else down: loads go on in degraded mode. */
  Condition sources() {
    Collection<String> now = List.copyOf(problems.values());
    return now.isEmpty()
        ? Condition.up("%d sources can be reached".formatted(tables.size()))
        : Condition.unknown("loads go on without: " + String.join("; ", now));
  }
}
