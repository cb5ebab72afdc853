package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.notification.PlainText;
import io.refkeeper.testing.TestPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

class CommandLineTest {

  @TempDir private Path data;

  @TestFactory
  Iterable<DynamicTest> everyCommandsHelpHasAnExample() {
    CommandLine root = new CommandLine(new Refkeeper(new Installation(Map.of())));
    return root.getSubcommands().keySet().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      CommandRun run = CommandRun.of(Map.of(), name, "--help");
                      assertThat(run.exitCode()).isZero();
                      assertThat(run.out()).contains("Example:\n  refkeeper " + name);
                      assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
                    }))
        .toList();
  }

  @Test
  void theHelpOfACommandOfAGroupFitsTheTerminalAndBreaksNoTime() {
    for (String[] command :
        new String[][] {{"audit", "export"}, {"review", "list"}, {"review", "export"}}) {
      CommandRun run = CommandRun.of(Map.of(), command[0], command[1], "--help");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out().lines()).allMatch(line -> PlainText.width(line) <= 80);
    }
    assertThat(CommandRun.of(Map.of(), "audit", "export", "--help").out())
        .contains("2025-10-31T02:00:00+08:00");
  }

  @Test
  void noHelpTextIsAFormatThatPicocliCannotRead() {
    CommandLine root = new CommandLine(new Refkeeper(new Installation(Map.of())));
    List<CommandLine> commands = new ArrayList<>(root.getSubcommands().values());
    root.getSubcommands().values().forEach(c -> commands.addAll(c.getSubcommands().values()));
    for (CommandLine command : commands) {
      UsageMessageSpec help = command.getCommandSpec().usageMessage();
      Stream.concat(Stream.of(help.description()), Stream.of(help.footer()))
          .forEach(text -> assertThatCode(() -> String.format(text)).doesNotThrowAnyException());
    }
  }

  @Test
  void aMistypedCommandIsUsageWithASuggestion() {
    CommandRun run = CommandRun.of(Map.of(), "statsu");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            Unmatched argument at index 0: 'statsu'
            Did you mean: refkeeper status or refkeeper ingest or refkeeper migrate?
            See: refkeeper --help
            """);
  }

  @Test
  void aMistypedOptionIsReportedAsJsonToo() throws Exception {
    CommandRun run = CommandRun.of(Map.of(), "status", "--json", "--al");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.violationsOf("error")).isEmpty();
    assertThat(new ObjectMapper().readTree(run.out()).at("/error/code").asText())
        .isEqualTo("usage");
  }

  @Test
  void aServerThatIsDownIsReportedWithoutItsPassword() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Map<String, String> environment =
        Map.of(
            "REFKEEPER_DB_URL",
            "jdbc:postgresql://127.0.0.1:" + port + "/facts?password=s3cret",
            "REFKEEPER_DB_USER",
            "loader",
            "REFKEEPER_DB_PASSWORD",
            "s3cret",
            "REFKEEPER_DATA",
            data.toString());

    CommandRun run = CommandRun.of(environment, "status");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            jdbc:postgresql://127.0.0.1:%d/facts: The target database cannot be reached:
              the connection was refused, so no PostgreSQL listens there - start that
              server, or correct host and port in REFKEEPER_DB_URL; without
              REFKEEPER_DB_URL refkeeper uses a server of its own
            """
                .formatted(port));

    CommandRun json = CommandRun.of(environment, "status", "--json");
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.violationsOf("error")).isEmpty();
    assertThat(json.out()).contains("\"target_unreachable\"").doesNotContain("s3cret");
    assertThat(Files.list(data)).as("nothing embedded has started").isEmpty();
  }

  @Test
  void whatKeepsTheDatabaseFromBeingReachedHasItsOwnRemedy() {
    String server = TestPostgres.url("");
    assertThat(failed(server + "nosuch", "postgres"))
        .contains("The server has no such database: database \"nosuch\" does not exist")
        .contains("create that database, or correct its name at the end of REFKEEPER_DB_URL");
    assertThat(failed(server + "postgres", "nobody"))
        .contains("refuses this account: role \"nobody\" does not exist")
        .contains("check REFKEEPER_DB_USER;")
        .doesNotContain("start that server");
    assertThat(failed("jdbc:postgresql://nowhere.invalid/facts", "postgres"))
        .contains("cannot be reached: nobody knows the host nowhere.invalid")
        .contains("correct the host in REFKEEPER_DB_URL")
        .doesNotContain("start that server");
  }

  private static String failed(String url, String user) {
    CommandRun run =
        CommandRun.of(Map.of("REFKEEPER_DB_URL", url, "REFKEEPER_DB_USER", user), "status");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines()).allMatch(line -> line.length() <= 80);
    return run.err().replaceAll("\\s+", " ");
  }

  @Test
  void aFolderWithoutAConfigurationIsAnInvalidOneAlsoForCommandsThatOnlyLook() throws Exception {
    Map<String, String> environment =
        Map.of("REFKEEPER_DB_URL", TestPostgres.url("postgres"), "REFKEEPER_DB_USER", "postgres");
    for (String[] command :
        new String[][] {{"status"}, {"quality"}, {"audit", "export"}, {"check"}}) {
      CommandRun run =
          CommandRun.of(
              environment,
              Stream.concat(Stream.of("--config", data.toString()), Stream.of(command))
                  .toArray(String[]::new));
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.out()).isEmpty();
      assertThat(run.err().replaceAll("\\s+", " "))
          .isEqualTo(
              data
                  + ": There is no configuration in this folder - name the folder that has"
                  + " data_sources.yml, reference_sources.yml, reference_management.yml with"
                  + " --config or REFKEEPER_CONFIG ");
    }
    Files.writeString(data.resolve("reference_management.yml"), "time_zone: Mars\n");
    CommandRun half = CommandRun.of(environment, "status", "--config", data.toString());
    assertThat(half.exitCode()).isEqualTo(3);
    assertThat(half.err().replaceAll("\\s+", " "))
        .contains(
            "data_sources.yml: The file does not exist",
            "reference_sources.yml: The file does not exist",
            "reference_management.yml:1:12: \"Mars\" is no time zone");
  }

  @Test
  void aFormatOfTheLogThatThereIsNotIsAnInvalidConfigurationButHelpIsHelp() {
    CommandRun run = CommandRun.of(Map.of("REFKEEPER_LOG", "xml"), "status");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .isEqualTo(
            """
            REFKEEPER_LOG: "xml" is no format of the log - set it to text or json, or leave
              it unset, which is text
            """);
    assertThat(CommandRun.of(Map.of("REFKEEPER_LOG", "xml"), "status", "--help").exitCode())
        .isZero();
  }

  @Test
  void whatIsWrongWithTheArgumentsFitsTheTerminal() {
    for (String[] arguments :
        new String[][] {
          {"ingest"},
          {"sync", "--dryrun", "--forse", "--whatever-else", "--and-yet-another-option", "a"},
          {"benchmark", "--rows", "a great many, as many as there are grains of sand at the beach"},
          {"audit", "export", "--format", "xml", "--table", "a"},
          {"revew", "list"}
        }) {
      CommandRun run = CommandRun.of(Map.of(), arguments);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("See: refkeeper");
      assertThat(run.err().lines()).allMatch(line -> line.length() <= 80);
    }
    assertThat(CommandRun.of(Map.of(), "benchmark", "--rows", "many").err())
        .startsWith("Invalid value for option '--rows': 'many' is no whole number\n");
  }

  @Test
  void aUrlOfAnotherDatabaseIsAnInvalidConfiguration() {
    CommandRun run =
        CommandRun.of(Map.of("REFKEEPER_DB_URL", "jdbc:mysql://x/y?password=s3cret"), "status");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .isEqualTo(
            """
            REFKEEPER_DB_URL: REFKEEPER_DB_URL is not a JDBC URL of PostgreSQL. - write it
              as jdbc:postgresql://host:5432/database, with the account in
              REFKEEPER_DB_USER and REFKEEPER_DB_PASSWORD
            """);
  }

  @Test
  void anUnexpectedFailureIsOneLineAndItsStackTraceIsInAFile() throws Exception {
    CommandLine command = new CommandLine(new Refkeeper(new Installation(Map.of())));
    java.io.StringWriter err = new java.io.StringWriter();
    command.setErr(new java.io.PrintWriter(err, true));
    Failures failures = new Failures(new Installation(Map.of("REFKEEPER_DATA", data.toString())));

    int exitCode =
        failures.handleExecutionException(new IllegalStateException("no such luck"), command, null);

    assertThat(exitCode).isEqualTo(1);
    Path file;
    try (var files = Files.list(data.resolve("log"))) {
      file = files.findFirst().orElseThrow();
    }
    assertThat(err.toString())
        .isEqualTo(
            """
            Unexpected failure: java.lang.IllegalStateException: no such luck - please
              report it with the file
              %s
            """
                .formatted(file));
    assertThat(Files.readString(file))
        .contains("at io.refkeeper.cli.CommandLineTest.anUnexpectedFailure");
  }

  @Test
  void noMessageNamesACommandThatThereIsNot() throws Exception {
    CommandLine commands = new CommandLine(new Refkeeper(new Installation(Map.of())));
    Pattern named = Pattern.compile("refkeeper (review|quarantine|alias|audit) ([a-z]+)");
    List<String> unknown = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher found = named.matcher(Files.readString(file));
        while (found.find()) {
          CommandLine group = commands.getSubcommands().get(found.group(1));
          if (group == null || !group.getSubcommands().containsKey(found.group(2))) {
            unknown.add(file.getFileName() + ": " + found.group());
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
  }
}
