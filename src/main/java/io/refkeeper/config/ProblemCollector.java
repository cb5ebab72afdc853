package io.refkeeper.config;

import io.refkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Gathers what is wrong with the files. What was found to have a wrong shape is remembered, so that
 * no later check stumbles over it and reports it a second time in other words.
 */
final class ProblemCollector {

  private final Set<Problem> problems = new LinkedHashSet<>();
  private final Set<String> unusable = new LinkedHashSet<>();

  /** The element has a wrong shape or is missing: later checks know nothing about it. */
  void unusable(YamlDocument document, String pointer) {
    unusable.add(document.name() + pointer);
  }

  /** Adds a problem at an element's key. */
  void atKey(YamlDocument document, String pointer, String code, String message, String remedy) {
    problems.add(new Problem(code, message, document.keyPlace(pointer), remedy));
  }

  /** Adds a problem at an element's value. */
  void atValue(YamlDocument document, String pointer, String code, String message, String remedy) {
    problems.add(new Problem(code, message, document.valuePlace(pointer), remedy));
  }

  /** Adds a problem that was found elsewhere. */
  void add(Problem problem) {
    problems.add(problem);
  }

  /** Whether the element, one above it or a direct child of it has a wrong shape. */
  boolean isUnusable(YamlDocument document, String pointer) {
    String path = document.name() + pointer;
    return unusable.stream()
        .anyMatch(
            wrong ->
                path.equals(wrong)
                    || path.startsWith(wrong + "/")
                    || wrong.startsWith(path + "/") && wrong.indexOf('/', path.length() + 1) < 0);
  }

  /** All problems, in the order in which they were found. */
  List<Problem> all() {
    return new ArrayList<>(problems);
  }
}
