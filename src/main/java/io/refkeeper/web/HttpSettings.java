package io.refkeeper.web;

import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the service listens: the options {@code refkeeper.http.*} of application.properties.
 *
 * @param port 0: any free one; -1: nowhere
 */
public record HttpSettings(String host, int port) {

  private static final String PORT = "refkeeper.http.port";
  private static final String OFF = "off";
  private static final int NONE = -1;

  /** Listens nowhere. */
  public static final HttpSettings NOWHERE = new HttpSettings("", NONE);

  /**
   * Reads the options.
   *
   * @throws ConfigurationException when the port is none
   */
  public static HttpSettings of(Map<String, String> properties) {
    String port = String.valueOf(properties.get(PORT));
    if (port.equals(OFF)) {
      return NOWHERE;
    }
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "invalid_property",
                  "\"%s\" is no port".formatted(port),
                  "REFKEEPER_HTTP_PORT, property " + PORT,
                  "Write a number from 1 to 65535, 0 for any free port, or " + OFF)));
    }
    return new HttpSettings(properties.get("refkeeper.http.host"), Integer.parseInt(port));
  }

  public boolean isOn() {
    return port != NONE;
  }

  /** Where to find it, for people. */
  public String url() {
    return "http://%s:%d".formatted(host, port);
  }

  /**
   * The settings with a port that was free just now. Camel's server itself would only warn of one
   * that is taken, and start without.
   *
   * @throws ProblemException {@code port_taken} or {@code host_unknown}
   */
  public HttpSettings onFreePort() {
    if (!isOn()) {
      return this;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(address(), port));
      return new HttpSettings(host, probe.getLocalPort());
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "port_taken",
              "The service cannot listen on %s:%d: %s".formatted(host, port, e.getMessage()),
              "REFKEEPER_HTTP_PORT",
              "stop what listens there (another refkeeper run?), or give each process a port of"
                  + " its own; 0 takes any free one, off none"),
          e);
    }
  }

  private InetAddress address() throws IOException {
    InetAddress address = InetAddress.getByName(host);
    if (address.isMulticastAddress()) {
      throw new IOException(host + " is no address to listen on");
    }
    return address;
  }

  /** Camel's options: nothing is served but health and metrics. */
  public Map<String, String> camelProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("camel.health.exposureLevel", "full");
    // refkeeper's own checks say what these would, without stack traces of theirs
    properties.put("camel.health.consumersEnabled", "false");
    properties.put("camel.health.routesEnabled", "false");
    if (isOn()) {
      properties.put("camel.management.enabled", "true");
      properties.put("camel.management.host", host);
      properties.put("camel.management.port", Integer.toString(port));
      properties.put("camel.management.healthCheckEnabled", "true");
      properties.put("camel.management.metricsEnabled", "true");
      properties.put("camel.metrics.enabled", "true");
      properties.put("camel.metrics.enableRoutePolicy", "false");
      properties.put("camel.metrics.enableExchangeEventNotifier", "false");
      properties.put("camel.metrics.enableRouteEventNotifier", "false");
    }
    return properties;
  }
}
