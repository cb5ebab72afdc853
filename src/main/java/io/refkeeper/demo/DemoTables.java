package io.refkeeper.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The users' tables, as they were before refkeeper. */
public final class DemoTables {

  private static final String SCRIPT = "/demo/users_tables.sql";

  private DemoTables() {}

  /** The script that creates them. */
  public static String script() {
    try (InputStream in = DemoTables.class.getResourceAsStream(SCRIPT)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates them in an empty database. */
  public static void create(DataSource target) {
    new JdbcTemplate(target).execute(script());
  }
}
