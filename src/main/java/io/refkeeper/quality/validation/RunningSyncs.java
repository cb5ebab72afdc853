package io.refkeeper.quality.validation;

import io.refkeeper.job.Job;
import io.refkeeper.job.Job.Trigger;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whether a sync is under way; what it brings should be there before anything is called missing.
 */
public final class RunningSyncs {

  private final JdbcClient jdbc;

  public RunningSyncs(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Whether a sync is under way in any instance. One that has been killed leaves its run open: an
   * old run does not count.
   */
  public boolean mustWait(@Body Job job) {
    return job.trigger() != Trigger.MANUAL
        && jdbc.sql(
                """
                select exists (select from refkeeper.sync_run
                               where finished_at is null
                                 and started_at > clock_timestamp() - interval '1 hour')
                """)
            .query(Boolean.class)
            .single();
  }
}
