package io.refkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.testing.TestPostgres;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A network that says nothing is found in seconds: what both ends are asked to do about it. */
class SilentNetworkTest {

  @Test
  void ourSocketsAskAfterTenSecondsAndGiveUpFifteenLater() throws Exception {
    try (Socket socket = new KeepAliveSocketFactory().createSocket()) {
      assertThat(socket.getKeepAlive()).isTrue();
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(10);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(5);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
    }
  }

  @Test
  void theServerIsAskedForTheSameUnlessTheUrlSaysOtherwise() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      String url = database.getJdbcUrl();
      assertThat(settings(url)).isEqualTo("10 5 3 25000");
      assertThat(settings(url + "?options=-c%20tcp_keepalives_idle=77")).startsWith("77 ");
    }
  }

  private static String settings(String url) {
    Map<String, String> environment =
        Map.of("REFKEEPER_DB_URL", url, "REFKEEPER_DB_USER", "postgres");
    try (TargetDatabase target = TargetDatabase.open(environment, Path.of("unused"), 1)) {
      return new JdbcTemplate(target.dataSource())
          .queryForObject(
              """
              select concat_ws(' ', current_setting('tcp_keepalives_idle'),
                current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count'),
                (select setting from pg_settings where name = 'tcp_user_timeout'))
              """,
              String.class);
    }
  }
}
