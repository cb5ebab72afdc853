package io.refkeeper.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A network between client and server that loses the answer to a COMMIT when told to. */
final class LossyProxy implements AutoCloseable {

  private final URI server;
  private final ServerSocket listener;
  private final AtomicBoolean armed = new AtomicBoolean();
  private final AtomicInteger lost = new AtomicInteger();

  LossyProxy(String jdbcUrl) throws IOException {
    this.server = URI.create(jdbcUrl.substring("jdbc:".length()));
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d%s?sslmode=disable&gssEncMode=disable&prepareThreshold=0"
        .formatted(listener.getLocalPort(), server.getPath());
  }

  void loseNextCommit() {
    armed.set(true);
  }

  int lost() {
    return lost.get();
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      Socket upstream = new Socket(server.getHost(), server.getPort());
      AtomicBoolean losing = new AtomicBoolean();
      start(() -> pump(client, upstream, losing, true));
      start(() -> pump(upstream, client, losing, false));
    }
  }

  private void pump(Socket from, Socket to, AtomicBoolean losing, boolean toServer)
      throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      int n;
      while ((n = in.read(buffer)) > 0) {
        if (toServer && isCommit(buffer, n) && armed.compareAndSet(true, false)) {
          losing.set(true);
        }
        if (!toServer && losing.get()) {
          lost.incrementAndGet(); // the server has committed, and nobody hears of it
          return;
        }
        out.write(buffer, 0, n);
        out.flush();
      }
    }
  }

  private static boolean isCommit(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT");
  }

  /** A step that ends when its sockets do. */
  private interface Step {
    void run() throws IOException;
  }

  private static void start(Step step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                step.run();
              } catch (IOException e) {
                // the connection ended, which is what this proxy is for
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
