package io.refkeeper.demo;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A mail server and a Slack webhook on loopback that keep what they are sent. */
public final class MessageCatcher implements AutoCloseable {

  private final GreenMail mail;
  private final HttpServer slack;
  private final BlockingQueue<String> slackMessages = new LinkedBlockingQueue<>();

  private MessageCatcher(GreenMail mail, HttpServer slack) {
    this.mail = mail;
    this.slack = slack;
  }

  /** Starts both on free ports. */
  public static MessageCatcher start() throws IOException {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    HttpServer slack =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    MessageCatcher catcher = new MessageCatcher(mail, slack);
    slack.createContext(
        "/slack",
        exchange -> {
          catcher.slackMessages.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    slack.start();
    return catcher;
  }

  public int smtpPort() {
    return mail.getSmtp().getPort();
  }

  public String slackUrl() {
    return "http://127.0.0.1:" + slack.getAddress().getPort() + "/slack";
  }

  /** An e-mail as it arrived. */
  public record Mail(String to, String subject, String body) {}

  /** The e-mails so far, once there is one; empty when none comes in time. */
  public List<Mail> mails(long seconds) throws MessagingException {
    mail.waitForIncomingEmail(TimeUnit.SECONDS.toMillis(seconds), 1);
    return java.util.Arrays.stream(mail.getReceivedMessages()).map(MessageCatcher::read).toList();
  }

  private static Mail read(MimeMessage message) {
    try {
      Object content = message.getContent();
      return new Mail(
          GreenMailUtil.getAddressList(message.getAllRecipients()),
          message.getSubject(),
          content.toString().replace("\r\n", "\n"));
    } catch (MessagingException | IOException e) {
      throw new IllegalStateException("The mail cannot be read", e);
    }
  }

  /** The next message to Slack, as JSON; null when none comes in time. */
  public String slackMessage(long seconds) throws InterruptedException {
    return slackMessages.poll(seconds, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    slack.stop(0);
    mail.stop();
  }
}
