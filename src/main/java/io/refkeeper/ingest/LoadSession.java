package io.refkeeper.ingest;

import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The database session of a load, or of its rejection, which carries the delivery's id as its name.
 * When an attempt lost its connection the server may not know it yet, and go on holding the
 * attempt's locks; the next attempt, of whatever instance, ends that session first.
 */
final class LoadSession {

  private static final Logger LOG = LoggerFactory.getLogger(LoadSession.class);
  private static final int MILLISECONDS_TO_END = 10_000;

  private final JdbcClient jdbc;

  LoadSession(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /** Names the session of the current transaction, until its end. */
  void begin(Delivery delivery) {
    String name = "refkeeper load " + delivery.id();
    int ended =
        jdbc.sql(
                """
                select pg_terminate_backend(pid, ?) from pg_stat_activity
                where application_name = ? and datname = current_database()
                  and pid <> pg_backend_pid()
                """)
            .params(MILLISECONDS_TO_END, name)
            .query(Boolean.class)
            .list()
            .size();
    if (ended > 0) {
      LOG.warn("An earlier attempt's session was still there; it was ended");
    }
    jdbc.sql("select set_config('application_name', ?, true)")
        .param(name)
        .query(String.class)
        .single();
  }
}
