package io.refkeeper.ingest;

import io.refkeeper.config.Domain;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.ingest.reader.RowReaders;
import io.refkeeper.problem.Problem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Decides by its name, and for a workbook by its sheets, which domains a file feeds. */
final class DomainMatcher {

  private final Map<String, Domain> domains;

  DomainMatcher(Map<String, Domain> domains) {
    this.domains = domains;
  }

  /**
   * The domains of a delivery; never empty.
   *
   * @throws FileRejectedException when no domain wants the file, or several want one CSV file
   */
  List<Domain> match(Delivery delivery) {
    if (delivery.domain() != null) {
      Domain domain = domains.get(delivery.domain());
      if (domain == null) {
        throw rejected(
            delivery,
            "unknown_domain",
            "There is no domain %s".formatted(delivery.domain()),
            "choose one of " + String.join(", ", domains.keySet()));
      }
      return List.of(domain);
    }
    List<Domain> byName = byName(delivery.name());
    if (byName.isEmpty()) {
      throw rejected(
          delivery,
          "no_domain",
          "No domain's file patterns match the file's name",
          "rename the file, name the domain (ingest --domain), or add a pattern: "
              + patterns(domains.values()));
    }
    List<String> sheets = RowReaders.sheetNames(delivery.file(), delivery.name());
    if (sheets.isEmpty()) {
      if (byName.size() > 1) {
        throw rejected(
            delivery,
            "ambiguous_domain",
            "The domains %s all match the file's name, and a CSV file feeds one domain only"
                .formatted(names(byName)),
            "rename the file, or name the domain (ingest --domain)");
      }
      return byName;
    }
    List<Domain> bySheet = byName.stream().filter(domain -> finds(domain, sheets)).toList();
    if (bySheet.isEmpty()) {
      throw rejected(
          delivery,
          "no_sheet",
          "The workbook has the sheets %s, and none that the domains %s want (%s)"
              .formatted(
                  String.join(", ", sheets),
                  names(byName),
                  String.join(", ", byName.stream().flatMap(d -> d.sheets().stream()).toList())),
          "name the sheet as configured, or change sheet in data_sources.yml");
    }
    return bySheet;
  }

  /** The domains whose patterns match a file's name. */
  List<Domain> byName(String name) {
    return domains.values().stream().filter(domain -> wants(domain, name)).toList();
  }

  private static boolean wants(Domain domain, String name) {
    return matchesAny(domain.files(), name) && !matchesAny(domain.exclude(), name);
  }

  private static boolean matchesAny(List<String> globs, String name) {
    Path path = Path.of(name);
    return globs.stream()
        .anyMatch(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(path));
  }

  private static boolean finds(Domain domain, List<String> sheets) {
    return domain.sheets().isEmpty()
        || domain.sheets().stream()
            .allMatch(
                sheet ->
                    sheets.contains(sheet)
                        || (sheet.matches("\\d{1,4}") && Integer.parseInt(sheet) < sheets.size()));
  }

  private static String names(Collection<Domain> domains) {
    return String.join(", ", domains.stream().map(Domain::name).toList());
  }

  private static String patterns(Collection<Domain> domains) {
    return domains.stream()
        .flatMap(domain -> domain.files().stream())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static FileRejectedException rejected(
      Delivery delivery, String code, String message, String remedy) {
    return new FileRejectedException(
        new Problem(code, message + "; nothing was loaded", delivery.name(), remedy));
  }
}
