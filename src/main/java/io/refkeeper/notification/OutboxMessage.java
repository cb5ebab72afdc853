package io.refkeeper.notification;

import java.util.Locale;
import java.util.UUID;

/**
 * A claimed row of {@code refkeeper.outbox}.
 *
 * @param messageId the same at every attempt, so that receivers can drop repeats
 * @param recipient the e-mail address; null for the other transports
 * @param payload JSON text for Slack and webhook
 * @param attachment a page in HTML for an e-mail; null: none
 * @param attempts how often it was tried, this time included
 */
public record OutboxMessage(
    long id,
    UUID messageId,
    String event,
    String channel,
    Transport transport,
    String recipient,
    String subject,
    String body,
    String payload,
    String attachment,
    int attempts) {

  /** The ways to reach people. */
  public enum Transport {
    EMAIL,
    SLACK,
    WEBHOOK;

    /** The value in the column {@code transport}. */
    public String column() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
