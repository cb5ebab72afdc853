package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.Relay.Settings;
import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** What {@code routes/notification.camel.yaml} needs: beans by name, and properties. */
public final class NotificationBeans {

  /** Every property with its default; durations in ISO-8601 (PT20S), time-outs in milliseconds. */
  public static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("refkeeper.smtp.host", "localhost"),
          Map.entry("refkeeper.smtp.port", "25"),
          Map.entry("refkeeper.smtp.user", ""),
          Map.entry("refkeeper.smtp.password", ""),
          Map.entry("refkeeper.smtp.from", "refkeeper@localhost"),
          Map.entry("refkeeper.smtp.security", "none"),
          Map.entry("refkeeper.smtp.timeout", "20000"),
          Map.entry("refkeeper.webhook.timeout", "20000"),
          Map.entry("refkeeper.notification.period", "5000"),
          Map.entry("refkeeper.notification.batch", "4"),
          Map.entry("refkeeper.notification.lease", "PT10M"),
          Map.entry("refkeeper.notification.backoff", "PT30S"),
          Map.entry("refkeeper.notification.max-backoff", "PT1H"),
          Map.entry("refkeeper.notification.give-up-after", "P7D"));

  private NotificationBeans() {}

  /**
   * The properties for the routes: the configured ones over the defaults, and what follows from
   * them. The SMTP user and password are not among them.
   *
   * @throws ConfigurationException when {@code refkeeper.smtp.security} is not one of none,
   *     starttls, tls
   */
  public static Map<String, String> properties(Map<String, String> configured) {
    Map<String, String> properties = resolve(configured);
    String security = properties.get("refkeeper.smtp.security");
    if (!List.of("none", "starttls", "tls").contains(security)) {
      throw invalid("refkeeper.smtp.security", security, "one of none, starttls, tls");
    }
    boolean authenticate = !properties.get("refkeeper.smtp.user").isBlank();
    properties.put("refkeeper.smtp.auth", String.valueOf(authenticate));
    properties.put("refkeeper.smtp.starttls", String.valueOf(security.equals("starttls")));
    properties.put("refkeeper.smtp.tls", String.valueOf(security.equals("tls")));
    properties.remove("refkeeper.smtp.user");
    properties.remove("refkeeper.smtp.password");
    return properties;
  }

  /**
   * The beans, by the names that the route uses.
   *
   * @param configured as for {@link #properties}
   * @throws ConfigurationException when a number or a duration is none
   */
  public static Map<String, Object> beans(
      DataSource target, ManagementPolicy policy, Map<String, String> configured) {
    Map<String, String> properties = resolve(configured);
    Map<String, Channel> channels = policy.channels();
    return Map.of(
        "notificationRelay",
            new Relay(
                target,
                channels,
                settings(properties),
                properties.get("refkeeper.smtp.host")
                    + ":"
                    + properties.get("refkeeper.smtp.port")),
        "mailComposer", new MailComposer(channels, properties.get("refkeeper.smtp.from")),
        "webhookComposer", new WebhookComposer(channels),
        // The client would sleep for as long as Retry-After says and hold up all other messages.
        "webhookClient", (HttpClientConfigurer) HttpClientBuilder::disableAutomaticRetries,
        "smtpAuthentication",
            new SmtpAuthentication(
                properties.get("refkeeper.smtp.user"), properties.get("refkeeper.smtp.password")));
  }

  private static Map<String, String> resolve(Map<String, String> configured) {
    Map<String, String> properties = new TreeMap<>(DEFAULTS);
    DEFAULTS.keySet().stream()
        .filter(configured::containsKey)
        .forEach(name -> properties.put(name, configured.get(name).strip()));
    return properties;
  }

  private static Settings settings(Map<String, String> properties) {
    return new Settings(
        number(properties, "refkeeper.notification.batch"),
        duration(properties, "refkeeper.notification.lease"),
        duration(properties, "refkeeper.notification.backoff"),
        duration(properties, "refkeeper.notification.max-backoff"),
        duration(properties, "refkeeper.notification.give-up-after"));
  }

  private static int number(Map<String, String> properties, String name) {
    String value = properties.get(name);
    if (!value.matches("[1-9]\\d{0,3}")) {
      throw invalid(name, value, "a number from 1 to 9999");
    }
    return Integer.parseInt(value);
  }

  private static Duration duration(Map<String, String> properties, String name) {
    try {
      return Duration.parse(properties.get(name));
    } catch (DateTimeParseException e) {
      throw invalid(name, properties.get(name), "a duration such as PT30S, PT1H or P7D");
    }
  }

  private static ConfigurationException invalid(String name, String value, String right) {
    return new ConfigurationException(
        List.of(
            new Problem(
                "invalid_property",
                "The value \"%s\" cannot be used".formatted(value),
                "property " + name,
                "Write " + right)));
  }
}
