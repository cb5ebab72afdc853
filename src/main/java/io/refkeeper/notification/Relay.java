package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.notification.OutboxMessage.Transport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The state of messages on their way: claimed, sent, failed, dead. Any number of relays share one
 * outbox. A message whose relay dies after sending and before {@link #markSent} goes out again,
 * with the same message id.
 */
public final class Relay {

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  private static final String MAIL_SERVER = "mail server ";
  private static final String MAIL_SERVER_REMEDY =
      " - REFKEEPER_SMTP_HOST (and _PORT, _USER, _PASSWORD, _SECURITY) name the mail server";

  private final JdbcClient target;
  private final Map<String, Channel> channels;
  private final Settings settings;
  private final String mailServer;

  /**
   * @param batch messages that are claimed, and sent side by side, at a time
   * @param lease after it a claimed message is free again; longer than any send takes
   * @param backoff the wait after the first failure; doubled at each further one, up to maxBackoff
   * @param giveUpAfter a message that keeps failing for so long is dead
   */
  public record Settings(
      int batch, Duration lease, Duration backoff, Duration maxBackoff, Duration giveUpAfter) {

    /** The wait before the next attempt, without jitter. */
    Duration delay(int attempts) {
      int doublings = Math.min(Math.max(attempts - 1, 0), 30);
      double seconds = seconds(backoff) * (1L << doublings);
      return seconds < seconds(maxBackoff)
          ? Duration.ofMillis((long) (seconds * 1000))
          : maxBackoff;
    }
  }

  /**
   * @param mailServer host and port, named in the errors of e-mail
   */
  public Relay(
      DataSource target, Map<String, Channel> channels, Settings settings, String mailServer) {
    this.target = JdbcClient.create(target);
    this.channels = Map.copyOf(channels);
    this.settings = settings;
    this.mailServer = mailServer;
  }

  /**
   * Claims the messages that are due longest; an empty list when none is due, or when the database
   * is away: they wait there.
   */
  public List<OutboxMessage> claim() {
    List<OutboxMessage> claimed;
    try {
      claimed =
          target
              .sql(SqlResource.read("outbox_claim"))
              .param("batch", settings.batch())
              .param("lease", seconds(settings.lease()))
              .query(Relay::message)
              .list();
    } catch (DataAccessException e) {
      if (!TransientFailure.isTransient(e)) {
        throw e;
      }
      LOG.warn(
          "The target database is away; messages wait: {}", e.getMostSpecificCause().toString());
      return List.of();
    }
    if (!claimed.isEmpty()) {
      CrashPoint.MESSAGE_CLAIMED.pass();
    }
    return claimed.stream().sorted(Comparator.comparingLong(OutboxMessage::id)).toList();
  }

  /** The message has reached its mail server or webhook. */
  public void markSent(@Variable("message") OutboxMessage message) {
    CrashPoint.MESSAGE_SENT.pass();
    target
        .sql(
            "update refkeeper.outbox set state = 'sent', sent_at = now(), last_error = null"
                + " where id = :id")
        .param("id", message.id())
        .update();
    LOG.info("Message {} sent by {}: {}", message.id(), message.transport(), message.subject());
  }

  /**
   * The message could not be sent: it is tried again later, at the time that the receiver asked for
   * or after a growing wait, or is dead when it has failed for too long.
   */
  public void markFailed(
      @Variable("message") OutboxMessage message, @ExchangeException Exception cause) {
    String receiver =
        message.transport() == Transport.EMAIL
            ? MAIL_SERVER + mailServer
            : message.transport().column() + " of channel " + message.channel();
    String error = SendFailure.describe(cause, receiver, channels.get(message.channel()));
    Duration delay =
        SendFailure.retryAfter(cause)
            .orElseGet(() -> SendFailure.jitter(settings.delay(message.attempts())));
    Optional<String> state =
        target
            .sql(SqlResource.read("outbox_failed"))
            .param("id", message.id())
            .param("give_up", seconds(settings.giveUpAfter()))
            .param("delay", seconds(delay))
            .param("error", error)
            .query(String.class)
            .optional();
    if (state.filter("dead"::equals).isPresent()) {
      LOG.error(
          "Message {} to channel {} by {} is given up after {} attempts: {}",
          message.id(),
          message.channel(),
          message.transport(),
          message.attempts(),
          error);
    } else {
      LOG.warn(
          "Message {} to channel {} by {} was not sent (attempt {}, next in {} s): {}; {}{}",
          message.id(),
          message.channel(),
          message.transport(),
          message.attempts(),
          delay.toSeconds(),
          error,
          waiting(),
          error.startsWith(MAIL_SERVER) ? MAIL_SERVER_REMEDY : "");
    }
  }

  private String waiting() {
    long messages =
        target
            .sql("select count(*) from refkeeper.outbox where state = 'pending'")
            .query(Long.class)
            .single();
    return "%d waiting in the outbox".formatted(messages);
  }

  private static OutboxMessage message(ResultSet row, int number) throws SQLException {
    return new OutboxMessage(
        row.getLong("id"),
        row.getObject("message_id", UUID.class),
        row.getString("event"),
        row.getString("channel"),
        Transport.valueOf(row.getString("transport").toUpperCase(Locale.ROOT)),
        row.getString("recipient"),
        row.getString("subject"),
        row.getString("body"),
        row.getString("payload"),
        row.getString("attachment"),
        row.getInt("attempts"));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
