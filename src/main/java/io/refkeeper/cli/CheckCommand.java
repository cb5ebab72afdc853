package io.refkeeper.cli;

import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.database.TargetDatabase;
import io.refkeeper.problem.Counted;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.Finding.Severity;
import io.refkeeper.reference.DatabaseCheck;
import io.refkeeper.reference.PrivilegeCheck;
import io.refkeeper.runtime.Setup;
import io.refkeeper.runtime.SourceCheck;
import io.refkeeper.sync.SyncSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Compares the configuration with the databases. */
@Command(
    name = "check",
    description = {
      "Compares the configuration with the databases and lists every problem.",
      "Looks also whether the account may do what loads and syncs do, and says what to grant.",
      "Asks each source of a database or a file for its table and columns, and an HTTP API for an"
          + " answer. What is wrong with a source is a warning: loads go on without it.",
      "Changes nothing."
    },
    footer = {"", "Example:", "  refkeeper check --config /etc/refkeeper"})
final class CheckCommand implements Callable<Integer> {

  @ParentCommand private Refkeeper refkeeper;

  @Override
  public Integer call() {
    try (Servers servers = refkeeper.servers()) {
      Setup setup = refkeeper.setup(servers);
      LoadedConfiguration loaded = setup.loaded();
      TargetDatabase target = servers.target();
      List<Finding> findings =
          new ArrayList<>(new DatabaseCheck(target.dataSource()).check(loaded));
      findings.addAll(new PrivilegeCheck(target.dataSource()).check(loaded.configuration()));
      findings.addAll(
          SourceCheck.check(loaded, SyncSettings.of(setup.properties()), target.dataSource()));
      boolean errors = findings.stream().anyMatch(Finding::isError);
      if (refkeeper.json()) {
        refkeeper.output().json(document(findings));
      } else {
        findings.forEach(finding -> refkeeper.output().prose("", finding.toString()));
        refkeeper.output().line(summary(loaded, findings));
      }
      return errors ? ExitCode.CONFIGURATION_INVALID : ExitCode.DONE;
    }
  }

  private static Map<String, Object> document(List<Finding> findings) {
    return Map.of(
        "problems",
        findings.stream()
            .map(
                finding ->
                    Map.of(
                        "severity", finding.severity().name().toLowerCase(Locale.ROOT),
                        "code", finding.problem().code(),
                        "message", finding.problem().message(),
                        "place", finding.problem().place(),
                        "remedy", finding.problem().remedy()))
            .toList());
  }

  private static String summary(LoadedConfiguration loaded, List<Finding> findings) {
    long errors = findings.stream().filter(f -> f.severity() == Severity.ERROR).count();
    long warnings = findings.stream().filter(f -> f.severity() == Severity.WARNING).count();
    return "%s, %s: %s"
        .formatted(
            Counted.of(loaded.configuration().domains().size(), "domain"),
            Counted.of(loaded.configuration().referenceTables().size(), "reference table"),
            errors + warnings == 0
                ? "no problems"
                : Counted.of(errors, "error") + ", " + Counted.of(warnings, "warning"));
  }
}
