package io.refkeeper.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Notes the id of every route step that an exchange reaches, in every Camel context of this test
 * run. Camel finds it by its service file, so that the program itself knows nothing of it.
 */
public final class RouteCoverage implements ContextServicePlugin {

  private static final Set<String> REACHED = ConcurrentHashMap.newKeySet();

  /** The ids of the steps that were reached so far. */
  static Set<String> reached() {
    return Set.copyOf(REACHED);
  }

  @Override
  public void load(CamelContext camel) {
    camel
        .getCamelContextExtension()
        .addInterceptStrategy((context, step, target, next) -> noting(step, target));
  }

  private static Processor noting(NamedNode step, Processor target) {
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        REACHED.add(step.getId());
        return super.process(exchange, callback);
      }
    };
  }
}
