package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.OutboxMessage.Transport;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where messages are written, in the transaction that they tell of: they exist if and only if it
 * commits. Nothing is sent here. Safe for use by several threads.
 */
public final class Outbox {

  private final JdbcClient target;
  private final ManagementPolicy policy;

  /**
   * @param target the data source of the caller's transaction
   * @param policy names the channel and says whether people hear of new derived records
   */
  public Outbox(DataSource target, ManagementPolicy policy) {
    this.target = JdbcClient.create(target);
    this.policy = policy;
  }

  /**
   * Writes one message for each e-mail address of the channel, so that a refused one holds up
   * nobody else, and one each for Slack and webhook. Without a channel, or with {@code
   * notify_on_new_records: false} for new records, it writes nothing. Joins the transaction of the
   * calling thread.
   */
  public void publish(Event event) {
    String name = policy.backfill().notificationChannel();
    Channel channel = name == null ? null : policy.channels().get(name);
    boolean wanted =
        !(event instanceof Event.NewDerivedRecords) || policy.backfill().notifyOnNewRecords();
    if (channel == null || !wanted) {
      return;
    }
    MessageText text = MessageText.of(event, policy.timeZone());
    channel.email().stream()
        .distinct()
        .forEach(address -> write(event, text, channel, Transport.EMAIL, address));
    if (isSet(channel.slackWebhook())) {
      write(event, text, channel, Transport.SLACK, null);
    }
    if (isSet(channel.webhook())) {
      write(event, text, channel, Transport.WEBHOOK, null);
    }
  }

  private void write(
      Event event, MessageText text, Channel channel, Transport transport, String recipient) {
    target
        .sql(
            """
            insert into refkeeper.outbox (event, channel, transport, recipient, subject, body, payload,
              attachment)
            values (:event, :channel, :transport, :recipient, :subject, :body, cast(:payload as jsonb),
              :attachment)
            """)
        .param("event", event.kind())
        .param("channel", channel.name())
        .param("transport", transport.column())
        .param("recipient", recipient)
        .param("subject", text.subject())
        .param("body", text.body())
        .param("payload", Payloads.of(transport, event, text))
        .param("attachment", transport == Transport.EMAIL ? event.page() : null)
        .update();
  }

  private static boolean isSet(String url) {
    return url != null && !url.isBlank();
  }
}
