package io.refkeeper.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.ManagementPolicy.Ingest;
import io.refkeeper.sync.SyncSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;

/** The beans that count and watch. */
public final class WebBeans {

  /** A look may be late by this before it counts as failed. */
  private static final Duration LATE = Duration.ofSeconds(60);

  private WebBeans() {}

  /**
   * Builds the beans, by the names that the routes and Camel use.
   *
   * @param http whether the service listens; else it counts, but nobody can ask
   * @param inbox the folder that is watched
   */
  public static Map<String, Object> of(
      DataSource target,
      Configuration configuration,
      Map<String, String> properties,
      HttpSettings http,
      Path inbox,
      Clock clock) {
    MeterRegistry registry = registry(http);
    Duration period = Duration.ofMillis(Long.parseLong(properties.get("refkeeper.observe.period")));
    DatabaseWatch database =
        new DatabaseWatch(target, configuration, registry, clock, period.plus(LATE));
    InboxWatch files =
        new InboxWatch(inbox, properties.get("refkeeper.inbox.exclude"), registry, clock);
    SourceWatch sources = new SourceWatch(configuration, SyncSettings.of(properties), registry);
    Duration outbox = Duration.parse(properties.get("refkeeper.observe.outbox-age"));
    Ingest ingest = configuration.management().ingest();
    boolean waits = !ingest.schedule().equals(Ingest.CONTINUOUS) || ingest.requireFreshSync();
    Duration oldest = waits ? null : Duration.parse(properties.get("refkeeper.observe.inbox-age"));

    Map<String, Object> beans = new LinkedHashMap<>();
    beans.put("metrics", new Metrics(registry, configuration));
    beans.put("databaseWatch", database);
    beans.put("inboxWatch", files);
    beans.put("sourceWatch", sources);
    if (http.isOn()) {
      beans.put("metricsRegistry", registry); // the name that Camel looks for
      beans.put("databaseHealth", new ConditionCheck("database", true, database::database));
      beans.put("sourcesHealth", new ConditionCheck("sources", false, sources::sources));
      beans.put("outboxHealth", new ConditionCheck("outbox", false, () -> database.outbox(outbox)));
      beans.put("inboxHealth", new ConditionCheck("inbox", false, () -> files.inbox(oldest)));
    }
    return beans;
  }

  private static MeterRegistry registry(HttpSettings http) {
    if (!http.isOn()) {
      return new SimpleMeterRegistry();
    }
    MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }
}
