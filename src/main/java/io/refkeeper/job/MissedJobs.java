package io.refkeeper.job;

import java.util.List;

/** What was missed while nothing was running. */
public final class MissedJobs {

  private final List<JobSchedule> schedules;

  public MissedJobs(List<JobSchedule> schedules) {
    this.schedules = List.copyOf(schedules);
  }

  /** One run of each job whose last instant passed unnoticed. */
  public List<Job> find() {
    return schedules.stream().flatMap(schedule -> schedule.missed().stream()).toList();
  }
}
