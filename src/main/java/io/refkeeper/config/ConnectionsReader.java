package io.refkeeper.config;

import io.refkeeper.config.SourceConnection.Tls;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the connections of {@code reference_sources.yml}. */
final class ConnectionsReader {

  private ConnectionsReader() {}

  static Map<String, SourceConnection> readAll(Element root) {
    Map<String, SourceConnection> connections = new LinkedHashMap<>();
    root.entries("connections").forEach((name, c) -> connections.put(name, read(name, c)));
    return Collections.unmodifiableMap(connections);
  }

  private static SourceConnection read(String name, Element connection) {
    Element password = connection.child("password");
    boolean fromEnvironment = password.document().fromEnvironment().contains(password.pointer());
    if (password.text() != null && !password.text().isEmpty() && !fromEnvironment) {
      password.problem(
          "password_in_file",
          "The password of connection \"%s\" is written into the file".formatted(name),
          "Take it from the environment: ${NAME_OF_A_VARIABLE}");
    }
    String type = connection.text("type", "");
    return new SourceConnection(
        name,
        type,
        connection.text("host"),
        (int) connection.number("port", type.equals("postgres") ? 5432 : 3306),
        connection.text("database"),
        connection.text("user"),
        connection.text("password", ""),
        connection.choice("tls", Tls.class, Tls.REQUIRED));
  }
}
