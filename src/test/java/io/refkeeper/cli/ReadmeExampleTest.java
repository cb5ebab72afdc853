package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The README's example of a new domain: its files, its commands, and what they print. */
class ReadmeExampleTest {

  /** A line that ends with a file's name, an empty line, and the file as a fenced block. */
  private static final Pattern FILE =
      Pattern.compile("`(example/[^`]+)`:\\n\\n```\\w+\\n(.*?)```\\n", Pattern.DOTALL);

  private static final Pattern CONSOLE =
      Pattern.compile("```console\\n(.*?)```\\n", Pattern.DOTALL);

  @TempDir Path home;

  @Test
  void theExampleOfTheReadmeDoesWhatTheReadmeShows() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Matcher files = FILE.matcher(readme);
    int written = 0;
    for (; files.find(); written++) {
      Path file = home.resolve(files.group(1));
      Files.createDirectories(file.getParent());
      Files.writeString(file, files.group(2));
    }
    assertThat(written).isEqualTo(6);

    Matcher console = CONSOLE.matcher(readme);
    assertThat(console.find()).isTrue();
    String shown = console.group(1);
    try (HikariDataSource target = TestPostgres.newDatabase()) {
      assertThat(withoutDuration(printed(shown, target))).isEqualTo(withoutDuration(shown));
    }
  }

  /** The console text again, with what the commands print now. */
  private String printed(String shown, HikariDataSource target) throws IOException {
    Map<String, String> environment =
        Map.of(
            "REFKEEPER_HOME", home.toString(),
            "REFKEEPER_ROUTES", Path.of("routes").toAbsolutePath().toString(),
            "REFKEEPER_DB_URL", target.getJdbcUrl(),
            "REFKEEPER_DB_USER", "postgres");
    StringBuilder printed = new StringBuilder();
    for (String line : shown.lines().filter(l -> l.startsWith("$ ")).toList()) {
      printed.append(line).append('\n');
      if (line.equals("$ psql -qf example/tables.sql")) {
        new JdbcTemplate(target).execute(Files.readString(home.resolve("example/tables.sql")));
      } else {
        assertThat(line).startsWith("$ ./refkeeper ");
        CommandRun run = CommandRun.of(environment, arguments(line));
        printed.append(run.err()).append(run.out());
      }
    }
    return printed.toString();
  }

  private String[] arguments(String line) {
    List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
    arguments.subList(0, 2).clear();
    arguments.replaceAll(
        word -> word.startsWith("example/") ? home.resolve(word).toString() : word);
    return arguments.toArray(String[]::new);
  }

  private static String withoutDuration(String text) {
    return text.strip().replaceAll("in \\d+\\.\\d s", "in N s");
  }
}
