package io.refkeeper.ingest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.file.GenericFile;

/**
 * Claims files of the inbox. A claim is one atomic rename to {@code
 * work/<instance>/<delivery>/data}, beside a small JSON with the original name: of two instances
 * one wins, and a name is never a path.
 */
public final class Inbox implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data";
  private static final String CLAIM = "claim.json";

  private final Path work;
  private final String instance;
  private final InstanceLock locks;

  /** Claims that this process works on, or has just finished. */
  private final Set<Path> active = ConcurrentHashMap.newKeySet();

  /**
   * @param work the folder of all instances' claims, on the inbox's file system
   * @param instance this process
   */
  public Inbox(Path work, String instance, InstanceLock locks) {
    this.work = work;
    this.instance = instance;
    this.locks = locks;
  }

  private record Claim(UUID deliveryId, String name, int attempts) {}

  /**
   * Claims a file that camel-file has found.
   *
   * @return null when another instance was faster, or it is no regular file
   */
  public Delivery claim(@Body GenericFile<File> found) {
    Path file = Path.of(found.getAbsoluteFilePath());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    UUID id = UUID.randomUUID();
    Path folder = work.resolve(instance).resolve(id.toString());
    Claim claim = new Claim(id, file.getFileName().toString(), 0);
    try {
      Files.createDirectories(folder);
      write(folder, claim);
      CrashPoint.CLAIM_WRITTEN.pass();
      Files.move(file, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
      CrashPoint.FILE_CLAIMED.pass();
      Files.deleteIfExists(Path.of(file + SettledFile.DONE));
      return attempt(folder, claim);
    } catch (AtomicMoveNotSupportedException e) {
      throw new ProblemException(
          new Problem(
              "inbox_on_other_file_system",
              "A file cannot be renamed from the inbox to %s; it was left where it is"
                  .formatted(work),
              file.toString(),
              "put refkeeper.ingest.work on the same file system as the inbox"),
          e);
    } catch (NoSuchFileException e) {
      remove(folder);
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a claim back that could not be loaded now; the attempt does not count. */
  public void release(@ExchangeProperty("delivery") Delivery delivery) {
    if (delivery.claim() == null) {
      return;
    }
    try {
      write(delivery.claim(), new Claim(delivery.id(), delivery.name(), delivery.attempts() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    active.remove(delivery.claim());
  }

  /**
   * Deliveries that an instance which is gone has left behind, this one's earlier runs included;
   * those of a live peer are never touched.
   */
  public List<Delivery> leftovers() {
    List<Delivery> deliveries = new ArrayList<>();
    for (Path peer : folders(work)) {
      String name = peer.getFileName().toString();
      if (name.equals(instance) || locks.isFree(name)) {
        folders(peer).stream()
            .filter(folder -> !active.contains(folder))
            .forEach(folder -> takeOver(folder, deliveries));
        if (!name.equals(instance)) {
          removeIfEmpty(peer);
        }
      }
    }
    return deliveries;
  }

  /** Leaves no empty folder of this instance behind. */
  @Override
  public void close() {
    removeIfEmpty(work.resolve(instance));
  }

  private static void removeIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // claims that wait for the next start
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void takeOver(Path folder, List<Delivery> deliveries) {
    try {
      Path mine = work.resolve(instance).resolve(folder.getFileName());
      if (!Files.exists(folder.resolve(DATA))) {
        remove(folder); // claimed nothing, or archived already
        return;
      }
      if (!mine.equals(folder)) {
        Files.createDirectories(mine.getParent());
        Files.move(folder, mine, StandardCopyOption.ATOMIC_MOVE);
        CrashPoint.CLAIM_TAKEN_OVER.pass();
      }
      deliveries.add(attempt(mine, read(mine)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts an attempt before it is made: a file that kills the process must not do so for ever. */
  private Delivery attempt(Path folder, Claim claim) throws IOException {
    active.add(folder);
    Claim next = new Claim(claim.deliveryId(), claim.name(), claim.attempts() + 1);
    write(folder, next);
    CrashPoint.ATTEMPT_COUNTED.pass();
    return new Delivery(
        next.deliveryId(),
        folder.resolve(DATA),
        next.name(),
        folder,
        null,
        next.attempts(),
        false,
        false,
        Delivery.Progress.NONE);
  }

  private static void write(Path folder, Claim claim) throws IOException {
    Path temporary = folder.resolve(CLAIM + ".new");
    JSON.writeValue(
        temporary.toFile(),
        Map.of(
            "delivery_id", claim.deliveryId().toString(),
            "name", claim.name(),
            "attempts", claim.attempts()));
    Files.move(
        temporary,
        folder.resolve(CLAIM),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static Claim read(Path folder) throws IOException {
    Map<String, Object> json =
        JSON.readValue(folder.resolve(CLAIM).toFile(), new TypeReference<>() {});
    return new Claim(
        UUID.fromString((String) json.get("delivery_id")),
        (String) json.get("name"),
        (Integer) json.get("attempts"));
  }

  /** Removes a claim's folder with what is left in it. */
  static void remove(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(CLAIM + ".new"));
      Files.deleteIfExists(folder.resolve(CLAIM));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> folders(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
