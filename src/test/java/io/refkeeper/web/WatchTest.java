package io.refkeeper.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.refkeeper.config.ApplicationProperties;
import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.testing.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.health.HealthCheck.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {

  private static final Map<String, String> SHIPPED =
      ApplicationProperties.load(Path.of("no.properties"), Map.<String, String>of()::get);

  @TempDir private Path inbox;
  private final MovableClock clock = new MovableClock(Instant.parse("2025-11-03T01:00:00Z"));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private InboxWatch watch;

  @BeforeEach
  void watch() {
    watch = new InboxWatch(inbox, SHIPPED.get("refkeeper.inbox.exclude"), registry, clock);
  }

  @Test
  void aFilesAgeCountsFromWhenItWasSeenFirst() throws IOException {
    Path file = Files.writeString(inbox.resolve("month.csv"), "a");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    watch.look();
    assertThat(watch.inbox(Duration.ofHours(1)))
        .isEqualTo(Condition.up("1 files wait, the oldest for 0 s"));
    clock.set(clock.instant().plusSeconds(3601));
    Files.writeString(inbox.resolve("newer.csv"), "a");
    watch.look();
    assertThat(watch.inbox(Duration.ofHours(1)))
        .isEqualTo(Condition.down("2 files wait, the oldest for 3601 s"));
    assertThat(watch.inbox(null).state()).as("they wait on purpose").isEqualTo(State.UP);
    assertThat(registry.get("refkeeper.inbox.oldest").timeGauge().value()).isEqualTo(3601);
    Files.delete(file);
    watch.look();
    assertThat(watch.inbox(Duration.ofHours(1)).message())
        .isEqualTo("1 files wait, the oldest for 0 s");
  }

  @Test
  void unfinishedCopiesAndFoldersAreNoFilesThatWait() throws IOException {
    for (String name : new String[] {".hidden", "~$a.xlsx", "a.csv.PART", "b.tmp", "c.csv.done"}) {
      Files.writeString(inbox.resolve(name), "a");
    }
    Files.createDirectory(inbox.resolve("folder"));
    watch.look();
    assertThat(registry.get("refkeeper.inbox.files").gauge().value()).isZero();
  }

  @Test
  void anInboxThatCannotBeReadIsDown() throws IOException {
    Files.delete(inbox);
    watch.look();
    assertThat(watch.inbox(null).state()).isEqualTo(State.DOWN);
    Files.createDirectory(inbox);
    watch.look();
    assertThat(watch.inbox(null).state()).isEqualTo(State.UP);
  }

  @Test
  void aPortIsANumberOrOff() {
    assertThat(HttpSettings.of(SHIPPED)).isEqualTo(new HttpSettings("127.0.0.1", 8080));
    assertThat(port("off").isOn()).isFalse();
    assertThat(port("off").onFreePort().camelProperties())
        .doesNotContainKey("camel.management.enabled");
    assertThat(port("0").onFreePort().port()).isPositive();
    for (String wrong : new String[] {"", "http", "-1", "65536", "8080 "}) {
      assertThatThrownBy(() -> port(wrong))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("\"%s\" is no port".formatted(wrong));
    }
  }

  private static HttpSettings port(String port) {
    Map<String, String> properties = new HashMap<>(SHIPPED);
    properties.put("refkeeper.http.port", port);
    return HttpSettings.of(properties);
  }
}
