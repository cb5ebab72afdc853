package io.refkeeper.cli;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.problem.ShownPath;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The service. */
@Command(
    name = "run",
    description = {
      "Runs the service: scheduled syncs, the inbox, notifications; health and metrics over HTTP.",
      "Ctrl-C stops it; a load that is under way is finished first, or taken up at the next start."
    },
    footer = {"", "Example:", "  refkeeper run --log-json 2>> refkeeper.log"})
final class RunCommand implements Callable<Integer> {

  @ParentCommand private Refkeeper refkeeper;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (refkeeper.json()) {
      throw new ParameterException(
          spec.commandLine(), "run prints no JSON document; --log-json makes its log JSON lines");
    }
    try (Servers servers = refkeeper.servers();
        RefkeeperRuntime runtime = refkeeper.start(servers, Mode.SERVICE)) {
      ManagementPolicy policy = refkeeper.setup(servers).loaded().configuration().management();
      refkeeper
          .output()
          .prose(
              "",
              "refkeeper runs on the database %s; inbox %s. Ctrl-C stops it."
                  .formatted(
                      DatabaseName.of(servers.target()).words(), ShownPath.of(runtime.inbox())));
      refkeeper
          .output()
          .line(
              "Strategy %s, preload at \"%s\" (%s)."
                  .formatted(
                      policy.strategy().name().toLowerCase(Locale.ROOT),
                      policy.preload().schedule(),
                      policy.timeZone()));
      if (runtime.http().isOn()) {
        refkeeper
            .output()
            .line(
                "Health and metrics: %s/observe/health, /metrics".formatted(runtime.http().url()));
      }
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // the signal that stops the service; everything above has been closed in order
      return ExitCode.DONE;
    }
    return ExitCode.DONE;
  }
}
