package io.refkeeper.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jgrapht.Graph;
import org.jgrapht.alg.cycle.HawickJamesSimpleCycles;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleDirectedGraph;
import org.jgrapht.traverse.TopologicalOrderIterator;

/** Parents before children; the same order at every run. */
public final class DependencyOrder {

  private DependencyOrder() {}

  /**
   * Sorts names so that each comes after everything it depends on. Ties keep the order of {@code
   * tieBreak}. A name that depends on itself (a hierarchy) is no cycle.
   *
   * @param names all names
   * @param dependsOn gives the names that a name depends on; names outside {@code names} are
   *     ignored
   * @throws CycleException naming the members of one cycle, in order
   */
  public static List<String> sort(
      Collection<String> names,
      Function<String, ? extends Collection<String>> dependsOn,
      Comparator<String> tieBreak) {
    Graph<String, DefaultEdge> graph = new SimpleDirectedGraph<>(DefaultEdge.class);
    names.forEach(graph::addVertex);
    for (String name : names) {
      for (String parent : dependsOn.apply(name)) {
        if (graph.containsVertex(parent) && !parent.equals(name)) {
          graph.addEdge(parent, name);
        }
      }
    }
    List<List<String>> cycles = new ArrayList<>();
    new HawickJamesSimpleCycles<>(graph).findSimpleCycles(cycles::add);
    if (!cycles.isEmpty()) {
      throw new CycleException(cycles.get(0));
    }
    List<String> sorted = new ArrayList<>();
    new TopologicalOrderIterator<>(graph, tieBreak).forEachRemaining(sorted::add);
    return List.copyOf(sorted);
  }

  /** Foreign keys in the order in which their parents are made: dependencies, then priority. */
  public static List<ForeignKeyRule> sort(List<ForeignKeyRule> keys) {
    Map<String, ForeignKeyRule> byName = new HashMap<>();
    Map<String, Integer> position = new HashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (ForeignKeyRule key : keys) {
      byName.put(key.name(), key);
      position.put(key.name(), position.size());
      names.add(key.name());
    }
    Comparator<String> tieBreak =
        Comparator.<String>comparingInt(name -> byName.get(name).priority())
            .thenComparingInt(position::get);
    return sort(names, name -> byName.get(name).dependsOn(), tieBreak).stream()
        .map(byName::get)
        .toList();
  }

  /** The names depend on each other in a circle. */
  public static final class CycleException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<String> members;

    CycleException(List<String> members) {
      super(String.join(" -> ", members) + " -> " + members.get(0));
      this.members = List.copyOf(members);
    }

    /** The members of the cycle, each one followed by one that depends on it. */
    public List<String> members() {
      return members;
    }
  }
}
