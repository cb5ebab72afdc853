package io.refkeeper.testing;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Keeps the order of the test classes, but for {@link RouteCoverageTest}, which comes last. */
public final class CoverageLast implements ClassOrderer {

  private static final Set<Class<?>> CLASSES = new HashSet<>();

  /** The test classes of this run. */
  static Set<Class<?>> classesOfThisRun() {
    return Set.copyOf(CLASSES);
  }

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().stream().map(ClassDescriptor::getTestClass).forEach(CLASSES::add);
    context
        .getClassDescriptors()
        .sort(Comparator.comparing(d -> d.getTestClass() == RouteCoverageTest.class));
  }
}
