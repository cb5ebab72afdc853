package io.refkeeper.sync;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.SourceTypeProvider;
import io.refkeeper.database.CauseChain;
import io.refkeeper.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangeProperty;

/** The sources of an installation, by type; each is named in {@code META-INF/services}. */
public final class Sources {

  private final Map<SourceType, Source> sources;

  private Sources(Map<SourceType, Source> sources) {
    this.sources = sources;
  }

  /**
   * Opens all of them.
   *
   * @param target what earlier runs have left; null: nothing
   */
  public static Sources open(
      Configuration configuration, SyncSettings settings, DataSource target) {
    SourceContext context =
        new SourceContext(
            configuration.connections(),
            configuration.management().timeZone(),
            configuration.directory(),
            settings,
            target);
    Map<SourceType, Source> sources = new LinkedHashMap<>();
    for (SourceTypeProvider provider : ServiceLoader.load(SourceTypeProvider.class)) {
      if (provider instanceof Source source) {
        source.open(context);
        sources.put(source.type(), source);
      }
    }
    return new Sources(sources);
  }

  /** The beans of the routes. */
  Map<String, Object> beans() {
    Map<String, Object> beans = new LinkedHashMap<>();
    beans.put("syncSources", this);
    sources.forEach(
        (type, source) -> {
          beans.put(beanName(type), source);
          beans.putAll(source.beans());
        });
    return beans;
  }

  private static String beanName(SourceType type) {
    StringBuilder name = new StringBuilder();
    for (String part : type.word().split("_")) {
      name.append(
          name.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return name.append("Source").toString();
  }

  /** The source of that type. */
  public Source of(SourceType type) {
    Source source = sources.get(type);
    if (source == null) {
      throw new IllegalStateException("No source is of type " + type);
    }
    return source;
  }

  /** Whether the routes folder has the route of the table's source type. */
  public boolean hasRoute(@ExchangeProperty("table") TableRun run, CamelContext context) {
    return context.getRoute("preload-" + run.getRoute()) != null;
  }

  /** Whether a failure is a source's and not the target's. */
  boolean made(Throwable failure) {
    for (Throwable cause : CauseChain.of(failure)) {
      if (cause instanceof SourceFailure) {
        return true;
      }
    }
    return sources.values().stream().anyMatch(source -> source.made(failure));
  }

  /** What a failure means that a source made; empty when none did. */
  Optional<Problem> explain(Throwable failure, TableRun run) {
    return sources.values().stream()
        .filter(source -> source.made(failure))
        .map(source -> source.explain(failure, run))
        .findFirst();
  }

  /** Lets go of what the source of a failed table holds. */
  public void discard(@ExchangeProperty("table") TableRun run) {
    Source source = sources.get(run.source().sourceType());
    if (source != null) {
      source.discard(run);
    }
  }

  /** Ends the snapshots of a run, and what else its sources hold; the run may not have begun. */
  public void close(@ExchangeProperty("run") SyncRun run) {
    if (run != null) {
      sources.values().forEach(source -> source.close(run));
    }
  }
}
