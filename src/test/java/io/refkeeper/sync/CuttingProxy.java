package io.refkeeper.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server that is lost: forwards to a port, and cuts a connection off after so many bytes. */
final class CuttingProxy implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final int target;
  private final long bytes;

  CuttingProxy(int target, long bytes) throws IOException {
    this.target = target;
    this.bytes = bytes;
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // an end was closed: that is what this proxy is for
              }
            },
            "cutting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      Socket legacy = new Socket("127.0.0.1", target);
      open.add(client);
      open.add(legacy);
      start(() -> forward(client, legacy, Long.MAX_VALUE));
      start(() -> forward(legacy, client, bytes));
    }
  }

  private static void forward(Socket from, Socket to, long most) throws IOException {
    byte[] buffer = new byte[8192];
    long left = most;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0 && n <= left; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
