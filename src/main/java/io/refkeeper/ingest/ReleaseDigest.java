package io.refkeeper.ingest;

import io.refkeeper.database.SqlResource;
import io.refkeeper.notification.Event.ReleasedDomain;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What people are told of a release: by domain, the rows that are loaded and those that are not.
 */
final class ReleaseDigest {

  private static final String ROWS = SqlResource.read("release_digest");

  private final JdbcClient jdbc;

  ReleaseDigest(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  private record Line(
      String domain, String code, String reason, long rows, long files, boolean released) {}

  /** One entry a domain; empty when the runs did nothing. */
  List<ReleasedDomain> of(Set<Long> runs) {
    if (runs.isEmpty()) {
      return List.of();
    }
    List<Line> lines =
        jdbc.sql(ROWS)
            .param(runs.toArray(Long[]::new))
            .query(
                (row, n) ->
                    new Line(
                        row.getString("domain"),
                        row.getString("reason_code"),
                        row.getString("reason"),
                        row.getLong("rows"),
                        row.getLong("files"),
                        row.getBoolean("released")))
            .list();
    Map<String, List<Line>> byDomain = new LinkedHashMap<>();
    lines.forEach(
        line -> byDomain.computeIfAbsent(line.domain(), name -> new ArrayList<>()).add(line));
    List<ReleasedDomain> domains = new ArrayList<>();
    byDomain.forEach((domain, own) -> domains.add(domain(domain, own)));
    return domains;
  }

  private static ReleasedDomain domain(String name, List<Line> lines) {
    List<Line> loaded = lines.stream().filter(Line::released).toList();
    return new ReleasedDomain(
        name,
        loaded.stream().mapToLong(Line::rows).sum(),
        loaded.stream().mapToLong(Line::files).sum(),
        lines.stream()
            .filter(line -> !line.released())
            .map(line -> new QuarantineReason(line.code(), line.reason(), line.rows()))
            .toList());
  }
}
