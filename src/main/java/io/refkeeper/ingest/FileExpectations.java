package io.refkeeper.ingest;

import java.sql.Date;
import java.time.YearMonth;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * From which month on files of a domain are expected: from the one in which somebody first looked
 * for them, so that a new installation alarms nobody for the past; later from the one that was
 * reached. It is written once a month.
 */
final class FileExpectations {

  /** Further back nobody needs to be told of; a clock may have been wrong by decades. */
  private static final int MOST_MONTHS = 12;

  private final JdbcClient jdbc;

  FileExpectations(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /** Forgets domains of which no file is expected any more; if it is again, from then on. */
  void keepOnly(List<String> domains) {
    jdbc.sql("delete from refkeeper.file_expectation where domain <> all (?)")
        .param(domains.toArray(String[]::new))
        .update();
  }

  /** The first month that may not have been dealt with; at the first look, and at most, this. */
  YearMonth since(String domain, YearMonth current) {
    jdbc.sql(
            """
            insert into refkeeper.file_expectation (domain, from_period) values (?, ?)
            on conflict do nothing
            """)
        .params(domain, Date.valueOf(current.atDay(1)))
        .update();
    YearMonth since =
        YearMonth.from(
            jdbc.sql("select from_period from refkeeper.file_expectation where domain = ?")
                .param(domain)
                .query(Date.class)
                .single()
                .toLocalDate());
    YearMonth first = current.minusMonths(MOST_MONTHS);
    if (since.isAfter(current)) {
      return current;
    }
    return since.isBefore(first) ? first : since;
  }

  /** People know all that there is to know of the months before. */
  void dealtWithUntil(String domain, YearMonth month) {
    jdbc.sql(
            """
            update refkeeper.file_expectation set from_period = ?
            where domain = ? and from_period <> ?
            """)
        .params(Date.valueOf(month.atDay(1)), domain, Date.valueOf(month.atDay(1)))
        .update();
  }
}
