package io.refkeeper.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fault matrix; see the package's description. {@code -Dfaults=full} runs all of it, {@code
 * -Dfaults.case=ID} the cases that begin so; {@code -Dfaults.seed=N} repeats a run.
 */
class FaultsTest {

  private static final long SEED = Long.getLong("faults.seed", System.nanoTime() % 1_000_000);

  @TempDir static Path home;
  private static Lane lane;

  @BeforeAll
  static void open() {
    lane = new Lane(home);
  }

  @AfterAll
  static void close() {
    lane.close();
  }

  @TestFactory
  Stream<DynamicTest> nothingIsLostDoubledOrHalfDone() {
    return cases().stream().map(one -> DynamicTest.dynamicTest(one.id(), () -> run(one)));
  }

  private static List<FaultCase> cases() {
    String id = System.getProperty("faults.case");
    if (id != null) {
      return FaultMatrix.all().stream().filter(one -> one.id().startsWith(id)).toList();
    }
    return "full".equals(System.getProperty("faults"))
        ? FaultMatrix.all()
        : FaultMatrix.sample(SEED);
  }

  private static void run(FaultCase one) {
    try {
      one.run(lane, SEED);
    } catch (Exception | AssertionError e) {
      lane.discard();
      throw new AssertionError(
          "%s\nrepeat it: mvn -q test -Dtest=FaultsTest -Dfaults.seed=%d '-Dfaults.case=%s'"
              .formatted(e.getMessage(), SEED, one.id()),
          e);
    }
  }
}
