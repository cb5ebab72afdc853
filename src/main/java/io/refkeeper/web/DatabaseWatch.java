package io.refkeeper.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.refkeeper.config.Configuration;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.ReferenceTables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Looks every few seconds whether the target database answers, and reads the figures that metrics
 * and health show; so that whoever asks for them waits for no database.
 */
public final class DatabaseWatch {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.observation");
  private static final String FIGURES = SqlResource.read("observed_figures");
  private static final int TIMEOUT_SECONDS = 20;
  private static final String NOT_ASKED = "it was not asked yet";

  private final JdbcTemplate jdbc;
  private final Map<Figure, MultiGauge> gauges = new EnumMap<>(Figure.class);

  /** What each series shows. Its meter stays from look to look: a scrape in between misses none. */
  private final Map<List<Object>, AtomicReference<Double>> values = new HashMap<>();

  private final String[] domains;
  private final List<TableName> tables;
  private final Clock clock;
  private final Duration longestSilence;
  private final Instant started;
  private volatile Look look;
  private volatile Outbox outbox;
  private String warning = "";

  /** A look, and what was wrong; null: nothing. */
  private record Look(Instant at, String problem) {}

  /** Messages, and the age of the oldest pending one. */
  private record Outbox(long dead, long pending, Duration oldest) {}

  /** One time series. */
  private record Series(Figure figure, Tags tags, double value) {}

  /**
   * @param longestSilence a look that takes longer is taken for one that fails
   */
  DatabaseWatch(
      DataSource target,
      Configuration configuration,
      MeterRegistry registry,
      Clock clock,
      Duration longestSilence) {
    this.jdbc = new JdbcTemplate(target);
    this.jdbc.setQueryTimeout(TIMEOUT_SECONDS);
    this.domains = configuration.domains().keySet().toArray(String[]::new);
    this.tables = List.copyOf(ReferenceTables.all(configuration));
    this.clock = clock;
    this.longestSilence = longestSilence;
    this.started = clock.instant();
    for (Figure figure : Figure.values()) {
      gauges.put(figure, figure.register(registry));
    }
    Gauge.builder("refkeeper.database.up", this, watch -> watch.problem() == null ? 1 : 0)
        .description("1: the target database answers")
        .register(registry);
  }

  /** Looks now. A figure that cannot be read is told once, and keeps its last value. */
  public void look() {
    try {
      jdbc.queryForObject("select 1", Integer.class);
      look = new Look(clock.instant(), null);
    } catch (DataAccessException e) {
      look = new Look(clock.instant(), cause(e));
      return;
    }
    try {
      show(jdbc.query(FIGURES, DatabaseWatch::series, parameters()));
      warning = "";
    } catch (DataAccessException e) {
      warn("The figures for metrics cannot be read: " + cause(e));
    }
  }

  private Object[] parameters() {
    String[] schemas = names(TableName::schema);
    String[] names = names(TableName::name);
    return new Object[] {domains, schemas, names, schemas, names};
  }

  private String[] names(Function<TableName, String> part) {
    return tables.stream().map(part).toArray(String[]::new);
  }

  private static Series series(ResultSet row, int n) throws SQLException {
    return new Series(
        Figure.valueOf(row.getString("figure").toUpperCase(Locale.ROOT)),
        Tags.of((String[]) row.getArray("tags").getArray()),
        row.getDouble("value"));
  }

  private void show(Collection<Series> all) {
    Map<Figure, List<MultiGauge.Row<?>>> rows = new EnumMap<>(Figure.class);
    for (Series series : all) {
      AtomicReference<Double> value =
          values.computeIfAbsent(
              List.of(series.figure(), series.tags()), key -> new AtomicReference<>());
      value.set(series.value());
      rows.computeIfAbsent(series.figure(), figure -> new ArrayList<>())
          .add(MultiGauge.Row.of(series.tags(), value, AtomicReference::get));
    }
    gauges.forEach((figure, gauge) -> gauge.register(rows.getOrDefault(figure, List.of()), false));
    outbox =
        new Outbox(
            (long) value(all, Figure.OUTBOX_MESSAGES, Tags.of("state", "dead")),
            (long) value(all, Figure.OUTBOX_MESSAGES, Tags.of("state", "pending")),
            Duration.ofSeconds((long) value(all, Figure.OUTBOX_OLDEST, Tags.empty())));
  }

  private static double value(Collection<Series> all, Figure figure, Tags tags) {
    return all.stream()
        .filter(series -> series.figure() == figure && series.tags().equals(tags))
        .mapToDouble(Series::value)
        .sum();
  }

  private void warn(String message) {
    if (!message.equals(warning)) {
      LOG.warn(message);
      warning = message;
    }
  }

  private static String cause(Exception e) {
    return NestedExceptionUtils.getMostSpecificCause(e).getMessage();
  }

  /** What is wrong with the database; null: nothing. */
  private String problem() {
    Look last = look;
    Instant seen = last == null ? started : last.at();
    Duration silence = Duration.between(seen, clock.instant());
    if (silence.compareTo(longestSilence) > 0) {
      return "it has not answered for %d s".formatted(silence.toSeconds());
    }
    return last == null ? NOT_ASKED : last.problem();
  }

  Condition database() {
    String problem = problem();
    if (NOT_ASKED.equals(problem)) {
      return Condition.down("the target database was not asked yet; ask again in some seconds");
    }
    return problem == null
        ? Condition.up("the target database answers")
        : Condition.down("the target database cannot be used: " + problem);
  }

  /**
   * Whether messages get out.
   *
   * @param longest how long a message may be on its way
   */
  Condition outbox(Duration longest) {
    Outbox now = outbox;
    if (now == null) {
      return Condition.unknown("the outbox was not read yet");
    }
    if (now.dead() > 0) {
      return Condition.down(
          "%d messages were given up; see refkeeper.outbox".formatted(now.dead()));
    }
    String waiting =
        "%d messages wait, the oldest for %d s".formatted(now.pending(), now.oldest().toSeconds());
    return now.oldest().compareTo(longest) > 0 ? Condition.down(waiting) : Condition.up(waiting);
  }
}
