package io.refkeeper.problem;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failure of the file system means, in words: what Java says is often a path alone, behind
 * the name of a class.
 */
public final class FileFailure {

  /** What the operating system says, and what it means for people. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("No such file or directory", "it does not exist"),
          Map.entry("Permission denied", denied()),
          Map.entry("Operation not permitted", denied()),
          Map.entry("No space left on device", "the disk is full"),
          Map.entry("Disk quota exceeded", "the disk quota is used up"),
          Map.entry("Read-only file system", "its file system is read-only"),
          Map.entry("Is a directory", "it is a folder"),
          Map.entry("Not a directory", "a part of its path is no folder"),
          Map.entry("File exists", "there is something of that name"),
          Map.entry("Invalid cross-device link", "it is on another file system"),
          Map.entry("Too many open files", "too many files are open (see ulimit -n)"),
          Map.entry("File name too long", "its name is too long"));

  /** Such as {@code /data/x.csv (Permission denied)}. */
  private static final Pattern IN_PARENTHESES = Pattern.compile("(.*) \\(([^()]+)\\)");

  /** Such as {@code Cannot run program "x": error=13, Permission denied}. */
  private static final Pattern NUMBERED = Pattern.compile("(?s).*error=\\d+, (.*)");

  private FileFailure() {}

  /** Why it failed, without the path: "it does not exist". */
  public static String reason(Exception failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    if (cause instanceof NoSuchFileException file && file.getFile() != null) {
      Path folder = Path.of(file.getFile()).toAbsolutePath().getParent();
      return folder == null || Files.isDirectory(folder)
          ? "it does not exist"
          : "the folder %s does not exist".formatted(ShownPath.of(folder));
    }
    if (cause instanceof AccessDeniedException) {
      return denied();
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "there is something of that name";
    }
    if (cause instanceof NotDirectoryException) {
      return "it is no folder";
    }
    if (cause instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    if (cause instanceof AtomicMoveNotSupportedException) {
      return "it is on another file system";
    }
    if (cause instanceof CharacterCodingException) {
      return "it is not UTF-8";
    }
    return cause instanceof FileSystemException file ? words(file.getReason()) : words(text(cause));
  }

  /** Why it failed, and at what: "it does not exist (/data/x.csv)". */
  public static String reasonAndPath(Exception failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    String path = cause instanceof FileSystemException file ? file.getFile() : null;
    return path == null
        ? reason(failure)
        : "%s (%s)".formatted(reason(failure), ShownPath.of(Path.of(path)));
  }

  private static String denied() {
    return "the user %s may not do that".formatted(System.getProperty("user.name"));
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    if (message == null || !(cause instanceof IOException)) {
      return message == null ? null : cause.toString();
    }
    Matcher named = IN_PARENTHESES.matcher(message);
    if (cause instanceof FileNotFoundException && named.matches()) {
      return named.group(2);
    }
    Matcher numbered = NUMBERED.matcher(message);
    return numbered.matches() ? numbered.group(1) : message;
  }

  private static String words(String reason) {
    return reason == null ? "reading or writing failed" : REASONS.getOrDefault(reason, reason);
  }
}
