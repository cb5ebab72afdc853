package io.refkeeper.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that find out within half a minute that the other end is gone: after 10 s of silence they
 * ask 3 times, 5 s apart. The driver makes one from its class name.
 */
public final class KeepAliveSocketFactory extends SocketFactory {

  private static final int IDLE = 10;
  private static final int INTERVAL = 5;
  private static final int COUNT = 3;

  /**
   * The same at the server, for its end of the connection; answers that nobody acknowledges are
   * given up after as long.
   */
  static final String SERVER_OPTIONS =
      "-c tcp_keepalives_idle=%d -c tcp_keepalives_interval=%d -c tcp_keepalives_count=%d -c tcp_user_timeout=%d"
          .formatted(IDLE, INTERVAL, COUNT, (IDLE + INTERVAL * COUNT) * 1000);

  @Override
  public Socket createSocket() throws IOException {
    Socket socket = new Socket();
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE);
    set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL);
    set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, COUNT);
    return socket;
  }

  private static void set(Socket socket, SocketOption<Integer> option, int value)
      throws IOException {
    if (socket.supportedOptions().contains(option)) {
      socket.setOption(option, value);
    }
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return new Socket(host, port); // the driver asks for unconnected sockets only
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return new Socket(host, port, local, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return new Socket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return new Socket(host, port, local, localPort);
  }
}
