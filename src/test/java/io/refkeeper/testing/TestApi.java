package io.refkeeper.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server whose answers the test gives: by path, or one after the other. */
public final class TestApi implements AutoCloseable {

  private final Map<String, Answer> byPath = new ConcurrentHashMap<>();
  private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** A request, as it came. */
  public record Request(String uri, Map<String, List<String>> headers) {
    /** The header's first value; null: it has none. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().get(0))
          .findFirst()
          .orElse(null);
    }
  }

  /**
   * What the server answers.
   *
   * @param missing bytes that its length promises and that never come; less than none: it sends
   *     nothing at all
   */
  public record Answer(int status, String body, Map<String, String> headers, int missing) {

    /** A page of JSON. */
    public static Answer json(String body) {
      return new Answer(200, body, Map.of("Content-Type", "application/json"), 0);
    }

    /** The same with one header more. */
    public Answer with(String name, String value) {
      Map<String, String> more = new HashMap<>(headers);
      more.put(name, value);
      return new Answer(status, body, more, missing);
    }
  }

  public TestApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** What a path answers from now on. */
  public void serve(String path, Answer answer) {
    byPath.put(path, answer);
  }

  /** What the next requests are answered, whatever their paths; forgets the requests so far. */
  public void script(Answer... answers) {
    script.clear();
    script.addAll(List.of(answers));
    requests.clear();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          new Request(
              exchange.getRequestURI().toString(), Map.copyOf(exchange.getRequestHeaders())));
      Answer answer = script.poll();
      answer = answer != null ? answer : byPath.get(exchange.getRequestURI().toString());
      answer = answer != null ? answer : new Answer(404, "", Map.of(), 0);
      if (answer.missing() < 0) {
        end.await();
        return;
      }
      answer.headers().forEach(exchange.getResponseHeaders()::add);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      boolean none = body.length == 0 || answer.status() == 304;
      exchange.sendResponseHeaders(answer.status(), none ? -1 : body.length + answer.missing());
      if (!none) {
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
