package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.OutboxMessage.Transport;
import java.util.EnumSet;
import java.util.Set;
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
   * Writes one message for each way that the channel has: e-mail, Slack, webhook. Without a
   * channel, or with {@code notify_on_new_records: false} for new records, it writes nothing. Joins
   * the transaction of the calling thread.
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
    for (Transport transport : transports(channel)) {
      target
          .sql(
              """
              insert into refkeeper.outbox (event, channel, transport, subject, body, payload)
              values (:event, :channel, :transport, :subject, :body, cast(:payload as jsonb))
              """)
          .param("event", event.kind())
          .param("channel", channel.name())
          .param("transport", transport.column())
          .param("subject", text.subject())
          .param("body", text.body())
          .param("payload", Payloads.of(transport, event, text))
          .update();
    }
  }

  private static Set<Transport> transports(Channel channel) {
    Set<Transport> transports = EnumSet.noneOf(Transport.class);
    if (channel.email() != null && !channel.email().isEmpty()) {
      transports.add(Transport.EMAIL);
    }
    if (isSet(channel.slackWebhook())) {
      transports.add(Transport.SLACK);
    }
    if (isSet(channel.webhook())) {
      transports.add(Transport.WEBHOOK);
    }
    return transports;
  }

  private static boolean isSet(String url) {
    return url != null && !url.isBlank();
  }
}
