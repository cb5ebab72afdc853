package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy.Channel;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Body;

/**
 * Makes the e-mail of a message. The whole mail is the body of the exchange, so that no header of
 * an exchange can become a header or a setting of the mail.
 */
public final class MailComposer {

  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  private final Map<String, Channel> channels;
  private final String from;

  public MailComposer(Map<String, Channel> channels, String from) {
    this.channels = Map.copyOf(channels);
    this.from = from;
  }

  /**
   * @throws MessagingException when the address is no e-mail address
   * @throws IllegalStateException when the channel has that address no more
   */
  public MimeMessage compose(@Body OutboxMessage message) throws MessagingException {
    Channel channel = channels.get(message.channel());
    if (channel == null || !channel.email().contains(message.recipient())) {
      throw new IllegalStateException(
          "The channel %s has the e-mail address %s no more"
              .formatted(message.channel(), message.recipient()));
    }
    MimeMessage mail = new MimeMessage((Session) null);
    mail.setHeader("Message-ID", "<" + message.messageId() + "@refkeeper>");
    mail.setHeader("Auto-Submitted", "auto-generated");
    mail.setFrom(new InternetAddress(from, true));
    mail.setRecipient(RecipientType.TO, new InternetAddress(message.recipient(), true));
    mail.setSubject(message.subject(), UTF_8);
    String text = message.body().replace("\n", "\r\n");
    if (message.attachment() == null) {
      mail.setText(text, UTF_8);
    } else {
      mail.setContent(withPage(text, message));
    }
    return mail;
  }

  private static MimeMultipart withPage(String text, OutboxMessage message)
      throws MessagingException {
    MimeBodyPart body = new MimeBodyPart();
    body.setText(text, UTF_8);
    MimeBodyPart page = new MimeBodyPart();
    page.setText(message.attachment(), UTF_8, "html");
    page.setFileName(message.event().replace('_', '-') + ".html");
    page.setDisposition(Part.ATTACHMENT);
    return new MimeMultipart(body, page);
  }
}
