package io.refkeeper.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The network between refkeeper and a server, with everything that goes wrong in one. Forwards any
 * protocol; of PostgreSQL's it knows the frames, and so the answer to a COMMIT.
 *
 * <p>Toxiproxy would need its own server program, and the Java proxies of this kind have not been
 * released for years.
 */
public final class FaultProxy implements AutoCloseable {

  /** What is spoken. */
  public enum Protocol {
    POSTGRES,
    OTHER
  }

  private final String host;
  private final int target;
  private final Protocol protocol;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean commitArmed = new AtomicBoolean();
  private final AtomicInteger commitsLost = new AtomicInteger();
  private final AtomicLong bytesUntilCut = new AtomicLong(Long.MAX_VALUE);
  private volatile boolean cutInOrder;
  private volatile boolean silent;
  private volatile long delayNanos;

  /** One connection: its two ends. */
  private static final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean clientLost;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }
  }

  /**
   * Listens on a port of its own.
   *
   * @throws IOException when there is none
   */
  public FaultProxy(String host, int target, Protocol protocol) throws IOException {
    this.host = host;
    this.target = target;
    this.protocol = protocol;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Where to connect. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Both ends hear that the connection is gone. */
  public void reset() {
    links.forEach(
        link -> {
          abort(link.client);
          abort(link.server);
        });
    links.clear();
  }

  /** The client hears that the connection is gone; the server goes on waiting for it. */
  public void loseClients() {
    links.forEach(
        link -> {
          link.clientLost = true;
          abort(link.client);
        });
  }

  /** Nothing gets through any more, and nobody hears of it; new connections get no answer. */
  public void beSilent() {
    silent = true;
  }

  /** Every packet takes longer. */
  public void delay(Duration each) {
    delayNanos = each.toNanos();
  }

  /**
   * Connections are reset when so many more bytes have gone to the server; of a protocol that is
   * not known here, in both directions.
   */
  public void cutAfter(long bytesToServer) {
    cutInOrder = false;
    bytesUntilCut.set(bytesToServer);
  }

  /** The same, but the connection is closed as by a server that ends. */
  public void closeAfter(long bytesToServer) {
    cutInOrder = true;
    bytesUntilCut.set(bytesToServer);
  }

  /** The server commits, and the connection is gone before the client hears of it. */
  public void loseNextCommit() {
    commitArmed.set(true);
  }

  /** How many answers to COMMIT were lost. */
  public int commitsLost() {
    return commitsLost.get();
  }

  /** A good network again; connections that were under way are gone. */
  public void heal() {
    commitArmed.set(false);
    bytesUntilCut.set(Long.MAX_VALUE);
    delayNanos = 0;
    silent = false;
    reset();
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      Socket server;
      try {
        server = new Socket(host, target);
      } catch (IOException e) {
        abort(client); // the server is down: so are we
        continue;
      }
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Link link = new Link(client, server);
      links.add(link);
      start(
          () -> {
            try {
              forwardBytes(client, server);
            } finally {
              if (!link.clientLost) {
                server.close();
              }
            }
          });
      start(
          () -> {
            try {
              if (protocol == Protocol.POSTGRES) {
                forwardMessages(server, client);
              } else {
                forwardBytes(server, client);
              }
            } finally {
              client.close();
            }
          });
    }
  }

  private void forwardBytes(Socket from, Socket to) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] buffer = new byte[1 << 14];
    for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
      delay();
      pauseWhileSilent(from);
      if (bytesUntilCut.addAndGet(-n) < 0) {
        bytesUntilCut.set(Long.MAX_VALUE);
        if (!cutInOrder) {
          reset();
        }
        return;
      }
      out.write(buffer, 0, n);
    }
  }

  /** PostgreSQL's answers: a type byte, a length that counts itself, a body. */
  private void forwardMessages(Socket server, Socket client) throws IOException {
    DataInputStream in =
        new DataInputStream(new java.io.BufferedInputStream(server.getInputStream()));
    OutputStream out = new java.io.BufferedOutputStream(client.getOutputStream());
    for (int type = in.read(); type >= 0; type = in.read()) {
      int length = in.readInt();
      byte[] body = in.readNBytes(length - 4);
      pauseWhileSilent(server);
      if (type == 'C' && tellsOfCommit(body) && commitArmed.compareAndSet(true, false)) {
        commitsLost.incrementAndGet();
        abort(client);
        abort(server);
        return;
      }
      out.write(type);
      out.write(
          new byte[] {
            (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
          });
      out.write(body);
      if (in.available() == 0) {
        delay();
        out.flush();
      }
    }
  }

  private static boolean tellsOfCommit(byte[] body) {
    return new String(body, StandardCharsets.US_ASCII).equals("COMMIT\0");
  }

  private void delay() {
    if (delayNanos > 0) {
      LockSupport.parkNanos(delayNanos);
    }
  }

  private void pauseWhileSilent(Socket from) throws IOException {
    while (silent) {
      LockSupport.parkNanos(5_000_000);
    }
    if (from.isClosed()) {
      throw new IOException("the connection was reset");
    }
  }

  /** Closes with a reset instead of an orderly end. */
  private static void abort(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // it is gone already
    }
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
                // an end was closed, which is what this proxy is for
              }
            },
            "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    silent = false;
    reset();
  }
}
