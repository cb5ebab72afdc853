package io.refkeeper.ingest.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every hostile file gives its rows or its rejection, within seconds and in a heap of 64 MB: the
 * reading Java has no more.
 */
class HostileFilesTest {

  private static final int SECONDS_FOR_ALL = 120;
  private static final int MILLISECONDS_FOR_ONE = 10_000;

  @TempDir private static Path folder;
  private static final Map<String, String[]> OUTCOMES = new HashMap<>();

  @BeforeAll
  static void read() throws IOException, InterruptedException {
    List<HostileFile> files = HostileFile.ALL;
    List<String> tasks = new ArrayList<>();
    for (HostileFile file : files) {
      Path path = Files.write(folder.resolve("f" + tasks.size()), file.content());
      List<String> task = new ArrayList<>();
      task.add(path.toString());
      task.add(file.format().charset());
      task.add(String.valueOf(file.format().headerRow()));
      file.sheets().forEach(sheet -> task.add(sheet.replace("\n", "\\n")));
      tasks.add(String.join("\t", task));
    }
    Path input = Files.write(folder.resolve("tasks"), tasks);
    Path output = folder.resolve("outcomes");
    Path errors = folder.resolve("errors");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ReadingOutcome.class.getName())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    boolean ended = java.waitFor(SECONDS_FOR_ALL, TimeUnit.SECONDS);
    java.destroyForcibly();
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      OUTCOMES.put(files.get(i).name(), lines.get(i).split("\t", 2));
    }
    assertThat(lines).as("ended: %s; %s", ended, Files.readString(errors)).hasSameSizeAs(files);
  }

  static List<HostileFile> files() {
    return HostileFile.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aHostileFileGivesItsRowsOrItsRejection(HostileFile file) {
    String[] outcome = OUTCOMES.get(file.name());
    assertThat(outcome[1]).as(file.name()).isEqualTo(file.outcome());
    assertThat(Long.parseLong(outcome[0])).as("milliseconds").isLessThan(MILLISECONDS_FOR_ONE);
  }

  @Test
  void thereAreAtLeastAHundredOfThem() {
    assertThat(HostileFile.ALL).hasSizeGreaterThan(100);
    assertThat(HostileFile.ALL).extracting(HostileFile::name).doesNotHaveDuplicates();
  }
}
