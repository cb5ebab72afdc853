package io.refkeeper.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The fault matrix; see the package's description. {@code -Dfaults=full} runs all of it, {@code
 * -Dfaults.case=PATTERN} the cases whose id holds a match; {@code -Dfaults.seed=N} repeats a run.
 */
class FaultsTest {

  private static final long SEED = Long.getLong("faults.seed", System.nanoTime() % 1_000_000);

  /** After so many cases a line tells how far a long run is. */
  private static final int PROGRESS = 50;

  @TempDir static Path home;
  private static Lane lane;

  /** What fails on purpose is logged on purpose; nobody wants to read it. */
  private static final List<Logger> LOGGERS =
      Stream.of("org.apache.camel", "io.refkeeper", "refkeeper", "com.zaxxer.hikari")
          .map(name -> (Logger) LoggerFactory.getLogger(name))
          .toList();

  @BeforeAll
  static void open() {
    LOGGERS.forEach(
        logger -> logger.setLevel(Level.toLevel(System.getProperty("faults.log", "off"))));
    lane = new Lane(home);
  }

  @AfterAll
  static void close() {
    lane.close();
    LOGGERS.forEach(logger -> logger.setLevel(null));
  }

  @TestFactory
  Stream<DynamicTest> nothingIsLostDoubledOrHalfDone() {
    List<FaultCase> cases = cases();
    System.out.printf("fault cases: %d, seed %d%n", cases.size(), SEED);
    return IntStream.range(0, cases.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    cases.get(i).id(),
                    () -> {
                      run(cases.get(i));
                      if ((i + 1) % PROGRESS == 0) {
                        System.out.printf("%d of %d cases are done%n", i + 1, cases.size());
                      }
                    }));
  }

  private static List<FaultCase> cases() {
    String id = System.getProperty("faults.case");
    if (id != null) {
      Pattern pattern = Pattern.compile(id);
      return FaultMatrix.all().stream().filter(one -> pattern.matcher(one.id()).find()).toList();
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
