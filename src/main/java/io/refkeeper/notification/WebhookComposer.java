package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.OutboxMessage.Transport;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Makes the HTTP request of a message for Slack or a webhook. */
public final class WebhookComposer {

  private final Map<String, Channel> channels;

  public WebhookComposer(Map<String, Channel> channels) {
    this.channels = Map.copyOf(channels);
  }

  /**
   * Replaces the body and all headers of the exchange. The URL is a secret: it comes from the
   * configuration, never from the outbox or from a header.
   *
   * @throws IllegalStateException when the channel has no such URL any more
   */
  public void compose(@Body OutboxMessage message, Exchange exchange) {
    Channel channel = channels.get(message.channel());
    boolean slack = message.transport() == Transport.SLACK;
    String url = channel == null ? null : slack ? channel.slackWebhook() : channel.webhook();
    if (url == null || url.isBlank()) {
      throw new IllegalStateException(
          "The channel %s has no %s any more"
              .formatted(message.channel(), slack ? "slack_webhook" : "webhook"));
    }
    Message request = exchange.getMessage();
    request.removeHeaders("*");
    request.setHeader(Exchange.HTTP_URI, url.strip());
    request.setHeader(Exchange.CONTENT_TYPE, "application/json; charset=utf-8");
    request.setHeader("Idempotency-Key", message.messageId().toString());
    request.setBody(message.payload());
  }
}
