package io.refkeeper.faults;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who are told: a real mail server and a real webhook, one of each for the test run. */
final class Receivers {

  private static final List<String> POSTED = new CopyOnWriteArrayList<>();
  private static final GreenMail MAIL = startMail();
  private static final HttpServer WEBHOOK = startWebhook();

  private Receivers() {}

  static int mailPort() {
    return MAIL.getSmtp().getPort();
  }

  static String webhookUrl() {
    return "http://127.0.0.1:" + WEBHOOK.getAddress().getPort() + "/hook";
  }

  /** The id of each message that has arrived, repetitions included, in no order. */
  static List<String> messageIds() {
    List<String> ids = new ArrayList<>(POSTED);
    try {
      for (MimeMessage message : MAIL.getReceivedMessages()) {
        ids.add(message.getMessageID().replaceAll("[<>]|@refkeeper", ""));
      }
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
    return ids;
  }

  private static GreenMail startMail() {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
    mail.start();
    return mail;
  }

  private static HttpServer startWebhook() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              POSTED.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
              exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(200, -1);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("The webhook does not start", e);
    }
  }
}
