package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.http.RetryAfter;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What a failed send tells: its cause in one line without secrets, and when to try again. */
final class SendFailure {

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);
  private static final int WIDTH = 500;

  private SendFailure() {}

  /**
   * The cause in one line. Webhook URLs are secrets and are left out.
   *
   * @param receiver named when the network, the encryption or the mail server failed: Camel hands
   *     over the innermost cause, such as "Connection refused"
   * @param channel where the message should have gone; null when it is configured no more
   */
  static String describe(Exception cause, String receiver, Channel channel) {
    StringBuilder text = new StringBuilder();
    if (cause instanceof IOException
        || cause instanceof MessagingException
        || cause instanceof GeneralSecurityException) {
      text.append(receiver);
    }
    if (cause instanceof HttpOperationFailedException http) {
      text.append("HTTP ").append(http.getStatusCode());
      if (http.getResponseBody() != null && !http.getResponseBody().isBlank()) {
        text.append(": ").append(http.getResponseBody());
      }
    } else {
      for (Throwable at = cause; at != null; at = at.getCause()) {
        String message = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
        if (text.indexOf(message) < 0) {
          text.append(text.isEmpty() ? "" : ": ").append(message);
        }
      }
    }
    String masked = text.toString();
    if (channel != null) {
      masked = mask(mask(masked, channel.slackWebhook()), channel.webhook());
    }
    return PlainText.oneLine(masked, WIDTH);
  }

  /** The wait that an HTTP receiver asked for by {@code Retry-After}, at most a day. */
  static Optional<Duration> retryAfter(Exception cause) {
    if (!(cause instanceof HttpOperationFailedException http)
        || http.getResponseHeaders() == null) {
      return Optional.empty();
    }
    return http.getResponseHeaders().entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(RetryAfter.HEADER))
        .findFirst()
        .flatMap(header -> RetryAfter.of(header.getValue(), Instant.now()))
        .map(wait -> wait.compareTo(LONGEST_RETRY_AFTER) < 0 ? wait : LONGEST_RETRY_AFTER);
  }

  /** The duration, a fifth shorter to a fifth longer, so that failed messages spread out. */
  static Duration jitter(Duration duration) {
    double factor = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
    return Duration.ofMillis((long) (duration.toMillis() * factor));
  }

  private static String mask(String text, String url) {
    if (url == null || url.isBlank()) {
      return text;
    }
    String masked = text.replace(url, "(webhook URL)");
    try {
      URI uri = URI.create(url.strip());
      masked = mask(masked, uri.getRawPath(), "(path)");
      return mask(masked, uri.getRawQuery(), "(query)");
    } catch (IllegalArgumentException e) {
      return masked.replace(url.strip(), "(webhook URL)");
    }
  }

  private static String mask(String text, String secret, String by) {
    return secret == null || secret.length() < 2 ? text : text.replace(secret, by);
  }
}
