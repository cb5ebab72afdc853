package io.refkeeper.cli;

import io.refkeeper.demo.MessageCatcher;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.ingest.FileResult.Status;
import io.refkeeper.ingest.ReportText;
import io.refkeeper.notification.PlainText;
import io.refkeeper.problem.ShownPath;
import io.refkeeper.sync.SyncReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** The main job on sample data; prints each step as it is done. */
@Command(
    name = "demo",
    description = {
      "Shows the main job on sample data.",
      "On embedded databases in var/demo, made anew each time: a preload from the legacy MySQL"
          + " and a file, then a monthly workbook dropped into the inbox."
    },
    footer = {"", "Example:", "  refkeeper demo"})
final class DemoCommand implements Callable<Integer> {

  private static final int MAIL_LINES = 24;

  @ParentCommand private Refkeeper refkeeper;

  private int step;

  @Override
  public Integer call() throws Exception {
    Path data = refkeeper.installation().home().resolve("var").resolve("demo");
    say("refkeeper demo: the main job on sample data, in %s".formatted(ShownPath.of(data)));
    try (DemoRun demo = DemoRun.begin(refkeeper, data)) {
      title("Servers");
      tell("  ", demo.server());
      demo.psql().lines().forEach(this::say);
      say("  MariaDB as the legacy MySQL, a mail server, a Slack webhook");
      title("Tables: the users' own, then refkeeper migrate");
      demo.prepare().steps().forEach(done -> tell("  ", done.description()));

      title("Preload: reference tables from their authoritative sources");
      SyncReport synced = demo.preload();
      if (!refkeeper.json()) {
        SyncCommand.print(synced, refkeeper.output());
      }

      title("Ingest: a month's workbook is dropped into %s".formatted(ShownPath.of(demo.inbox())));
      FileResult loaded = demo.drop();
      say(ReportText.of(loaded).stripTrailing());
      double firstRow = demo.secondsToFirstRow();
      say("  first row loaded %.1f s after the start".formatted(firstRow));

      title("Notification: what people were sent");
      List<MessageCatcher.Mail> mails = demo.mails();
      mails.forEach(this::print);
      String slack = demo.slackMessage();
      say(cut("  Slack: " + (slack == null ? "nothing came" : slack.replace("\\n", " "))));

      title("The same file is dropped again");
      FileResult again = demo.drop();
      say(ReportText.of(again).stripTrailing());

      title("Look around");
      say("  REFKEEPER_DATA=%s ./refkeeper status".formatted(ShownPath.of(data)));
      say("  REFKEEPER_DATA=%s ./refkeeper sync --dry-run".formatted(ShownPath.of(data)));
      say("  archived file and report: %s".formatted(ShownPath.of(demo.archive())));
      if (refkeeper.json()) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("sync", synced);
        document.put("files", List.of(loaded, again));
        document.put("mails", mails);
        document.put("slack", slack);
        document.put("seconds_to_first_row", firstRow);
        refkeeper.output().json(document);
      }
      boolean asPromised =
          loaded.status() == Status.LOADED
              && again.status() == Status.DUPLICATE
              && !mails.isEmpty()
              && slack != null;
      return asPromised ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private void print(MessageCatcher.Mail mail) {
    tell("  ", "E-mail to %s: %s".formatted(mail.to(), mail.subject()));
    List<String> lines = mail.body().lines().toList();
    lines.stream().limit(MAIL_LINES).forEach(line -> say(cut("  | " + line)));
    if (lines.size() > MAIL_LINES) {
      say("  | ... %d more lines".formatted(lines.size() - MAIL_LINES));
    }
  }

  /** The start of a line of somebody else's text: what it says in full is not the demo's matter. */
  private String cut(String line) {
    String indent = " ".repeat(line.length() - line.stripLeading().length());
    int width = refkeeper.output().width() - 1 - indent.length();
    return indent + PlainText.oneLine(line.stripLeading(), width);
  }

  private void title(String text) {
    say("");
    say("%d. %s".formatted(++step, text));
  }

  private void tell(String indent, String sentence) {
    if (!refkeeper.json()) {
      refkeeper.output().prose(indent, sentence);
    }
  }

  private void say(String line) {
    if (!refkeeper.json()) {
      refkeeper.output().line(line);
    }
  }
}
