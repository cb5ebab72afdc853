package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.problem.ShownPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.ExchangeProperty;

/** Reads reference data from a YAML, JSON or CSV file that is kept beside the configuration. */
public final class ConfigFile implements Source {

  private Path root;

  /** The hash that the last look for changes found, by path. */
  private final Map<String, String> lastLooks = new ConcurrentHashMap<>();

  @Override
  public SourceType type() {
    return SourceType.CONFIG_FILE;
  }

  @Override
  public void open(SourceContext context) {
    root = context.root();
  }

  /**
   * Reads the whole file and maps its columns.
   *
   * @return its records, by the file's column names
   * @throws ProblemException when the file is missing, broken or lacks a column
   */
  public Iterator<Map<String, ?>> read(@ExchangeProperty("table") TableRun run) {
    Path file = path(run);
    byte[] content = content(run);
    run.reads(sha256(content));
    String place = ShownPath.of(file).toString();
    String text = text(content, place);
    List<Map<String, ?>> records =
        switch (run.source().sourceConfig().format()) {
          case "yaml" -> RecordFiles.yaml(text, place);
          case "json" -> RecordFiles.json(text, place);
          case "csv" -> RecordFiles.csv(text, place);
          default -> throw new IllegalStateException("No such format for " + file.getFileName());
        };
    Set<String> columns = new LinkedHashSet<>();
    records.forEach(r -> columns.addAll(r.keySet()));
    run.fetchesEverything(columns, place);
    return records.iterator();
  }

  /** Its content, unless there is no file yet: that is told by whoever looks for it. */
  @Override
  public List<Problem> inspect(TableRun run) {
    if (!Files.isReadable(path(run))) {
      return List.of();
    }
    try {
      read(run);
      return List.of();
    } catch (ProblemException e) {
      return e.problems();
    }
  }

  private Path path(TableRun run) {
    return root.resolve(run.source().sourceConfig().filePath());
  }

  private byte[] content(TableRun run) {
    try {
      return Files.readAllBytes(path(run));
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "source_file_missing",
              "The file cannot be read: " + FileFailure.reason(e),
              ShownPath.of(path(run)).toString(),
              "Put it there, or correct source_config.file_path; nothing was written"),
          e);
    }
  }

  private static String text(byte[] content, String place) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new ProblemException(
          new Problem(
              "undecodable",
              "The file is not UTF-8",
              place,
              "Save it as UTF-8; nothing was written"),
          e);
    }
  }

  /**
   * Whether a file is the same as at the last look: one that is being written is left alone. The
   * first look does not tell.
   */
  boolean isSettled(String filePath) {
    String now = currentSha256(filePath);
    return Objects.equals(lastLooks.put(filePath, String.valueOf(now)), String.valueOf(now));
  }

  /** The hash of a table's file as it is now; null when it cannot be read. */
  String currentSha256(String filePath) {
    try {
      return sha256(Files.readAllBytes(root.resolve(filePath)));
    } catch (IOException e) {
      return null;
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
