package io.refkeeper.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestTemplate;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * The tests together reach every step of every route. It runs last, and judges whole runs only: a
 * few classes cannot reach everything.
 */
class RouteCoverageTest {

  @Test
  void theTestsReachEveryStepOfEveryRoute() throws Exception {
    Set<Class<?>> missing = allTestClasses();
    missing.removeAll(CoverageLast.classesOfThisRun());
    assumeTrue(missing.isEmpty(), () -> "Not a whole run; not among its classes: " + missing);

    Set<String> reached = RouteCoverage.reached();
    List<String> unreached = new ArrayList<>();
    for (Path file : RouteFiles.all()) {
      for (RouteFiles.Flow flow : RouteFiles.flows(file)) {
        for (RouteFiles.Step step : flow.steps()) {
          // Camel offers a doTry to no interceptor; its steps tell
          if (!step.kind().equals("doTry") && !reached.contains(step.id())) {
            unreached.add("%s: %s: %s".formatted(file, step.flow(), step.id()));
          }
        }
      }
    }
    assertThat(unreached).as("steps that no test reaches").isEmpty();
  }

  /**
   * Every compiled class that JUnit Jupiter runs; those of other engines have no routes to reach.
   */
  private static Set<Class<?>> allTestClasses() throws Exception {
    Path root =
        Path.of(
            RouteCoverageTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith("Test.class") && !name.contains("$"))
          .map(name -> load(name.substring(0, name.length() - 6).replace('/', '.')))
          .filter(RouteCoverageTest::hasTests)
          .collect(Collectors.toSet());
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, RouteCoverageTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean hasTests(Class<?> type) {
    return !Modifier.isAbstract(type.getModifiers())
        && Stream.of(Test.class, TestTemplate.class, TestFactory.class)
            .anyMatch(
                kind ->
                    !AnnotationSupport.findAnnotatedMethods(
                            type, kind, HierarchyTraversalMode.TOP_DOWN)
                        .isEmpty());
  }
}
