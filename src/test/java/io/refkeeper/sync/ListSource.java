package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource.SourceType;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.ExchangeProperty;

/** A type of source that refkeeper does not know: keys that stand in the configuration. */
public final class ListSource implements Source {

  @Override
  public SourceType type() {
    return new SourceType("key_list", Set.of("options"), Set.of("options"), null, Set.of());
  }

  @Override
  public void open(SourceContext context) {}

  /** The keys, one after the other. */
  public Iterator<Map<String, ?>> keys(@ExchangeProperty("table") TableRun run) {
    run.fetchesEverything(Set.of("code"), "the list");
    List<String> keys = Arrays.asList(run.source().sourceConfig().options().get("keys").split(","));
    return keys.stream().<Map<String, ?>>map(key -> Map.of("code", key)).iterator();
  }
}
