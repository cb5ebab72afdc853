package io.refkeeper.notification;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An SMTP server that knows one recipient no more, which GreenMail cannot be told to do. */
final class RefusingMailServer implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final String refused;
  private final List<String> delivered = new CopyOnWriteArrayList<>();

  RefusingMailServer(String refused) throws IOException {
    this.refused = refused;
    start(this::accept);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "refusing mail server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** The recipients of all mails that were taken. */
  List<String> delivered() {
    return delivered;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client;
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
      say(client, "220 ready");
      List<String> recipients = new CopyOnWriteArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("RCPT TO:") && line.contains(refused)) {
          say(client, "550 5.1.1 %s: no such user".formatted(refused));
        } else if (line.equals("DATA")) {
          say(client, "354 go on");
          while (!lines.readLine().equals(".")) {
            continue;
          }
          delivered.addAll(recipients);
          say(client, "250 taken");
        } else {
          if (line.startsWith("RCPT TO:")) {
            recipients.add(line.substring(line.indexOf('<') + 1, line.indexOf('>')));
          }
          say(client, line.equals("QUIT") ? "221 bye" : "250 ok");
        }
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  private static void say(Socket client, String answer) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
