package io.refkeeper.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.refkeeper.notification.OutboxMessage.Transport;
import java.time.Instant;

/** The JSON that is posted to Slack and to webhooks. */
final class Payloads {

  // Slack cuts a message at 40,000 characters and shows a long one badly.
  private static final int SLACK_LIMIT = 12_000;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
          .build();

  private Payloads() {}

  /** What the transport posts; an empty object for e-mail, which sends subject and body. */
  static String of(Transport transport, Event event, MessageText text) {
    ObjectNode payload =
        switch (transport) {
          case EMAIL -> JSON.createObjectNode();
          case SLACK -> slack(text);
          case WEBHOOK -> webhook(event, text);
        };
    try {
      return JSON.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An event could not be written as JSON", e);
    }
  }

  /** Text as Slack wants it: the three characters that it gives a meaning are escaped. */
  static String escapeForSlack(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static ObjectNode slack(MessageText text) {
    String body = text.body();
    if (body.length() > SLACK_LIMIT) {
      int end = body.lastIndexOf('\n', SLACK_LIMIT);
      body =
          body.substring(0, end < 0 ? SLACK_LIMIT : end) + "\n… cut; the rest: refkeeper status\n";
    }
    // Three back-ticks in data would end the block that keeps the columns aligned.
    String block = escapeForSlack(body).replace("```", "'''");
    String subject = escapeForSlack(text.subject()).replace('*', '∗').replace('`', '\'');
    return JSON.createObjectNode().put("text", "*" + subject + "*\n```\n" + block + "```");
  }

  private static ObjectNode webhook(Event event, MessageText text) {
    ObjectNode payload =
        JSON.createObjectNode()
            .put("event", event.kind())
            .put("subject", text.subject())
            .put("text", text.body());
    payload.set("data", JSON.valueToTree(event));
    return payload;
  }
}
