package io.refkeeper.runtime;

import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/**
 * A running Camel context with the YAML routes of one folder.
 *
 * <p>Live reload is off: a syntax error in a route file would otherwise leave no routes at all.
 */
public final class RouteContext implements AutoCloseable {

  private final Main main;
  private final ProducerTemplate producer;

  private RouteContext(Main main) {
    this.main = main;
    this.producer = main.getCamelContext().createProducerTemplate();
  }

  /**
   * Starts the routes {@code *.camel.yaml} of a folder.
   *
   * @param routes the folder
   * @param beans what the routes refer to, by name
   * @param properties placeholders of the routes, and {@code camel.main.*} options
   * @throws Exception when a route is not valid or an endpoint does not start
   */
  public static RouteContext start(
      Path routes, Map<String, Object> beans, Map<String, String> properties) throws Exception {
    Main main = new Main();
    // the default one adds a shutdown hook that is never taken back; who started this, closes it
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.configure().withAutoConfigurationEnvironmentVariablesEnabled(false);
    main.setDefaultPropertyPlaceholderLocation("false");
    main.configure()
        .withRoutesIncludePattern("file:" + routes.toAbsolutePath() + "/*.camel.yaml")
        .withRoutesReloadEnabled(false)
        .withShutdownTimeout(30)
        .withName("refkeeper");
    properties.forEach(main::addOverrideProperty);
    beans.forEach(main::bind);
    main.bind("quartz", ScheduleThreads.component());
    main.start();
    SummerTimeTrigger.replaceCronTriggers(main.getCamelContext());
    return new RouteContext(main);
  }

  public CamelContext camel() {
    return main.getCamelContext();
  }

  public ProducerTemplate producer() {
    return producer;
  }

  /** Stops the routes; exchanges under way may finish first. */
  @Override
  public void close() {
    try {
      main.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The routes did not stop cleanly", e);
    }
  }
}
