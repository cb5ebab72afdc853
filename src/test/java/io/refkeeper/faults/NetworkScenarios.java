package io.refkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.SourceConnection;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.testing.FaultProxy;
import io.refkeeper.testing.TestMariaDb;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** The networks to the mail server and to the legacy MySQL. */
final class NetworkScenarios {

  /** What a network does to those that use it. */
  enum Trouble {
    RESET((network, random) -> network.reset()),
    CUT((network, random) -> network.cutAfter(1 + random.nextInt(1500))),
    DELAY((network, random) -> network.delay(Duration.ofMillis(1 + random.nextInt(20)))),
    SILENCE((network, random) -> network.beSilent());

    private final BiConsumer<FaultProxy, Random> effect;

    Trouble(BiConsumer<FaultProxy, Random> effect) {
      this.effect = effect;
    }

    /** Strikes, and has an end some time later unless it has one at once; the result tells when. */
    CompletableFuture<Void> strike(FaultProxy network, Random random) {
      effect.accept(network, random);
      int millis = 200 + random.nextInt(1_300); // some within, some beyond the times of patience
      return this == SILENCE
          ? CompletableFuture.runAsync(
              network::heal, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS))
          : CompletableFuture.completedFuture(null);
    }
  }

  private NetworkScenarios() {}

  static void addTo(List<FaultCase> cases) {
    for (Trouble trouble : Trouble.values()) {
      for (int round = 1; round <= 3; round++) {
        String suffix = trouble.name().toLowerCase(java.util.Locale.ROOT) + " " + round;
        cases.add(new FaultCase("mail " + suffix, (lane, random) -> mail(lane, trouble, random)));
        cases.add(new FaultCase("mysql " + suffix, (lane, random) -> mySql(lane, trouble, random)));
      }
    }
  }

  /** Messages go out all the same, each with its own id, and loads do not wait for them. */
  private static void mail(Lane lane, Trouble trouble, Random random) {
    World world = lane.livingWorld();
    AtomicBoolean struck = new AtomicBoolean();
    CompletableFuture<Void> end = new CompletableFuture<>();
    CrashPoint.onPassing(
        point -> {
          if (point == CrashPoint.MESSAGE_CLAIMED && struck.compareAndSet(false, true)) {
            trouble.strike(world.mailNetwork, random).thenAccept(end::complete);
          }
        });
    try {
      world.deliver(lane.file(Mode.APPEND, false, random));
      world.deliver(lane.file(Mode.APPEND, true, random));
      world.awaitQuiet(Lane.PATIENCE);
    } finally {
      CrashPoint.onPassing(point -> {});
      world.mailNetwork.heal();
    }
    assertThat(struck).isTrue();
    end.join(); // it must not strike in the next case
    world.check();
  }

  /** A table is as before or as its source, never something between. */
  private static void mySql(Lane lane, Trouble trouble, Random random) throws Exception {
    SourceConnection legacy = TestMariaDb.newDatabase();
    TestMariaDb.execute(
        legacy.database(), "create table line (code varchar(9) primary key, name varchar(40))");
    try (FaultProxy network =
            new FaultProxy("127.0.0.1", legacy.port(), FaultProxy.Protocol.OTHER);
        World world =
            new World(
                lane.newHome(),
                new SourceConnection(
                    legacy.name(),
                    "mysql",
                    "127.0.0.1",
                    network.port(),
                    legacy.database(),
                    legacy.user(),
                    legacy.password(),
                    legacy.tls()))) {
      World.Instance instance = world.start();
      List<String> before = List.of();
      for (int version = 1; version <= 4; version++) {
        int rows = 50 * version;
        String suffix = "v" + version;
        TestMariaDb.execute(
            legacy.database(),
            "replace into line "
                + String.join(
                    " union all ",
                    IntStream.range(0, rows)
                        .mapToObj(i -> "select 'L%d', '%s'".formatted(i, suffix))
                        .toList()));
        List<String> after =
            IntStream.range(0, rows).mapToObj(i -> "L" + i + suffix).sorted().toList();
        CompletableFuture<Void> end = trouble.strike(network, random);
        SyncReport report =
            instance.runtime().sync(SyncRequest.manual(List.of("line"), false, false));
        List<String> now = lines(world);
        assertThat(now).as(report.toString()).isIn(before, after);
        end.join(); // healing resets connections: that of the next sync would be one of them
        network.heal();
        report = instance.runtime().sync(SyncRequest.manual(List.of("line"), false, false));
        assertThat(lines(world)).as(report.toString()).isEqualTo(after);
        before = after;
      }
    }
  }

  private static List<String> lines(World world) {
    return world.jdbc.queryForList("select code || name from f.line", String.class).stream()
        .sorted()
        .toList();
  }
}
