package io.refkeeper.faults;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.database.Migration;
import io.refkeeper.database.TargetDatabase;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.Setup;
import io.refkeeper.testing.FaultProxy;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A database with fact and parent tables, a home with an inbox, and what the model says of them.
 * Any number of instances run on it, in this process or in one of their own.
 */
final class World implements AutoCloseable {

  private static final Path ROUTES = Path.of("routes");

  final HikariDataSource database;
  final JdbcTemplate jdbc;
  final Path home;
  final FaultProxy network;
  final FaultProxy mailNetwork;
  final Model model = new Model();
  final List<FactFile> dropped = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();
  private final String url;
  private boolean parentsAreDeleted;

  World(Path home) {
    this(home, null);
  }

  /**
   * @param legacy a table {@code line} is synced from there; null: from nowhere
   */
  World(Path home, SourceConnection legacy) {
    try {
      this.home = Files.createDirectories(home);
      this.database = TestPostgres.migratedDatabase();
      this.jdbc = new JdbcTemplate(database);
      this.url = database.getJdbcUrl();
      java.net.URI server = java.net.URI.create(url.substring("jdbc:".length()));
      this.network = new FaultProxy("127.0.0.1", server.getPort(), FaultProxy.Protocol.POSTGRES);
      this.mailNetwork =
          new FaultProxy("127.0.0.1", Receivers.mailPort(), FaultProxy.Protocol.OTHER);
      WorldFiles.write(home, mailNetwork.port(), legacy);
      jdbc.execute(WorldFiles.TABLES);
      // the test server acknowledges a commit before it is on disk; an immediate stop would lose it
      jdbc.execute("alter database %s set synchronous_commit = on".formatted(name()));
      database.getHikariPoolMXBean().softEvictConnections(); // it holds for new sessions only
      new Migration(database).apply(ReferenceTables.all(setup().loaded().configuration()));
      jdbc.execute(WorldFiles.SYNCED); // else loads are in degraded mode, without limits
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  Setup setup() {
    return Setup.read(
        home,
        home.resolve("config"),
        ROUTES,
        Map.of("LEGACY_PASSWORD", "reader", "REFKEEPER_HTTP_PORT", "off"));
  }

  /** How a process connects: through the network that may fail. */
  Map<String, String> environment() {
    return Map.of(
        "REFKEEPER_DB_URL",
        "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable"
            .formatted(network.port(), name()),
        "REFKEEPER_DB_USER",
        "postgres");
  }

  /** Starts an instance of the service in this process; it ends with the world. */
  Instance start() {
    return start(setup(), Clock.systemUTC());
  }

  Instance start(Setup setup, Clock clock) {
    Instance instance = new Instance(setup, environment(), clock);
    instances.add(instance);
    return instance;
  }

  /** An instance of the service, and its pool. */
  static final class Instance implements AutoCloseable {
    private final TargetDatabase target;
    private final RefkeeperRuntime runtime;
    private boolean closed;

    Instance(Setup setup, Map<String, String> environment, Clock clock) {
      target = TargetDatabase.open(environment, Path.of("unused"), 10);
      try {
        runtime = RefkeeperRuntime.start(setup, target.dataSource(), Mode.SERVICE, clock);
      } catch (RuntimeException e) {
        target.close();
        throw e;
      }
    }

    /** Never returns. */
    void awaitEnd() throws InterruptedException {
      new java.util.concurrent.CountDownLatch(1).await();
    }

    RefkeeperRuntime runtime() {
      return runtime;
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      try {
        runtime.close();
      } finally {
        target.close();
      }
    }
  }

  /** Drops a file into the inbox, and tells the model. */
  void deliver(FactFile file) {
    model.deliver(file);
    drop(file);
  }

  /** Drops a file into the inbox as a careful sender does. */
  void drop(FactFile file) {
    dropped.add(file);
    Path inbox = home.resolve("inbox");
    try {
      Path part = Files.writeString(inbox.resolve(file.name() + ".part"), file.text());
      Files.move(part, inbox.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until every file has found its place and every message is out. */
  void awaitQuiet(Duration atMost) {
    WorldState state = new WorldState(this);
    long end = System.nanoTime() + atMost.toNanos();
    while (!state.isQuiet()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not quiet after " + atMost + ": " + state.unrest());
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }

  /** From now on somebody else deletes parents: who derives which is chance. */
  void deleteParents() {
    parentsAreDeleted = true;
  }

  boolean parentsAreDeleted() {
    return parentsAreDeleted;
  }

  /** Compares everything with the model. */
  void check() {
    new WorldState(this).check();
  }

  @Override
  public void close() {
    instances.forEach(Instance::close);
    try {
      network.close();
      mailNetwork.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    database.close();
  }
}
