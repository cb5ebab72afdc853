package io.refkeeper.notification;

import jakarta.mail.PasswordAuthentication;
import org.apache.camel.component.mail.MailAuthenticator;

/** Gives the mail server its user and password; they are kept out of endpoint URIs and logs. */
public final class SmtpAuthentication extends MailAuthenticator {

  private final String user;
  private final String password;

  /** A blank user: no authentication. */
  public SmtpAuthentication(String user, String password) {
    this.user = user;
    this.password = password;
  }

  @Override
  public PasswordAuthentication getPasswordAuthentication() {
    return user.isBlank()
        ? new PasswordAuthentication(null, null)
        : new PasswordAuthentication(user, password);
  }
}
