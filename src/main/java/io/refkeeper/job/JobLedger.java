package io.refkeeper.job;

import java.sql.Timestamp;
import java.time.Instant;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The ledger {@code refkeeper.job_run}: which scheduled instants have been dealt with. A claim
 * joins the caller's transaction. If that covers the job's whole work, a rival waits for it and
 * then finds the job done, or, after a failure, does it.
 */
public final class JobLedger {

  private final JdbcClient jdbc;
  private final String instance;

  /**
   * @param instance names this process in the ledger
   */
  public JobLedger(DataSource target, String instance) {
    this.jdbc = JdbcClient.create(target);
    this.instance = instance;
  }

  /**
   * Takes the job's instant; again, when this process has taken it and not come to its end. False
   * when another instance has it, or it is done; by hand it is always true.
   */
  public boolean claim(Job job) {
    return job.scheduledFor() == null
        || jdbc.sql(
                    """
                    insert into refkeeper.job_run as r (job, scheduled_for, trigger, instance)
                    values (?, ?, ?, ?)
                    on conflict (job, scheduled_for) do update set started_at = clock_timestamp()
                    where r.instance = excluded.instance and r.finished_at is null
                    """)
                .param(job.name())
                .param(Timestamp.from(job.scheduledFor()))
                .param(job.trigger().stored())
                .param(instance)
                .update()
            == 1;
  }

  /**
   * Writes down that a claimed job has ended.
   *
   * @param result a JSON object
   */
  public void finish(Job job, String result) {
    if (job.scheduledFor() != null) {
      jdbc.sql(
              """
              update refkeeper.job_run set finished_at = clock_timestamp(), result = ?::jsonb
              where job = ? and scheduled_for = ?
              """)
          .params(result, job.name(), Timestamp.from(job.scheduledFor()))
          .update();
    }
  }

  /** Whether an instant of the job, or a later one, has been dealt with. */
  boolean ranSince(String job, Instant scheduledFor) {
    return jdbc.sql(
            "select exists (select from refkeeper.job_run where job = ? and scheduled_for >= ?)")
        .params(job, Timestamp.from(scheduledFor))
        .query(Boolean.class)
        .single();
  }
}
