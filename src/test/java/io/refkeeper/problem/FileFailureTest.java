package io.refkeeper.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people read when a file cannot be read or written: words, no names of Java's classes. */
class FileFailureTest {

  /** Their messages are of a parser, of the network, or go through the helper. */
  private static final Set<String> OTHERS =
      Set.of("ValueParsers.java", "WorkbookPackage.java", "HttpSettings.java");

  @TempDir private Path folder;

  private interface Work {
    void run() throws IOException;
  }

  private static String reason(Work work) {
    return FileFailure.reason(catchThrowableOfType(IOException.class, work::run));
  }

  @Test
  void whatTheOperatingSystemRefusesIsSaidInWords() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(reason(() -> Files.readString(folder.resolve("none"))))
        .isEqualTo("it does not exist");
    assertThat(reason(() -> Files.writeString(folder.resolve("no/where.csv"), "")))
        .isEqualTo("the folder " + folder.resolve("no") + " does not exist");
    assertThat(reason(() -> Files.readString(folder))).isEqualTo("it is a folder");
    assertThat(reason(() -> Files.list(file).close())).isEqualTo("it is no folder");
    assertThat(reason(() -> Files.createDirectories(file)))
        .isEqualTo("there is something of that name");
    assertThat(reason(() -> Files.readString(file.resolve("below"))))
        .isEqualTo("a part of its path is no folder");
    assertThat(reason(() -> Files.delete(folder))).isEqualTo("the folder is not empty");
    assertThat(reason(() -> Files.newOutputStream(Path.of("/dev/full")).write(new byte[9])))
        .isEqualTo("the disk is full");
    assertThat(reason(() -> new ProcessBuilder(folder.resolve("none").toString()).start()))
        .isEqualTo("it does not exist");
  }

  @Test
  void aFailureThatJavaSaysLittleOfHasWordsToo() {
    String user = System.getProperty("user.name");
    assertThat(FileFailure.reason(new AccessDeniedException("/x")))
        .isEqualTo("the user %s may not do that".formatted(user));
    assertThat(FileFailure.reason(new FileNotFoundException("/x (Permission denied)")))
        .isEqualTo("the user %s may not do that".formatted(user));
    assertThat(FileFailure.reason(new IOException())).isEqualTo("reading or writing failed");
    assertThat(
            FileFailure.reasonAndPath(
                new UncheckedIOException(
                    new FileSystemException("/x/y", null, "Read-only file system"))))
        .isEqualTo("its file system is read-only (/x/y)");
  }

  @Test
  void nobodyPrintsJavasOwnMessageOfAFileFailure() throws IOException {
    Pattern printed =
        Pattern.compile("catch \\((?:IOException|UncheckedIOException)[^)]*\\be\\) \\{([^}]*)\\}");
    Pattern raw = Pattern.compile("e\\.(getMessage|toString)\\(\\)|\" \\+ e\\b|e\\.getClass");
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher caught = printed.matcher(Files.readString(file));
        while (caught.find() && !OTHERS.contains(file.getFileName().toString())) {
          if (raw.matcher(caught.group(1)).find()) {
            found.add(file + ": " + caught.group());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
