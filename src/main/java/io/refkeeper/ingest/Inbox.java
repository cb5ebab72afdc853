package io.refkeeper.ingest;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.problem.FileFailure;
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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.file.GenericFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Claims files of the inbox. A claim is one atomic rename to {@code
 * work/<instance>/<delivery>/data}, beside a small JSON with the original name: of two instances
 * one wins, and a name is never a path.
 */
public final class Inbox implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final String DATA = "data";

  private final Path work;
  private final String instance;
  private final InstanceLock locks;
  private final Clock clock;

  /** Claims that this process works on, or is about to. */
  private final Set<Path> active = ConcurrentHashMap.newKeySet();

  /**
   * @param work the folder of all instances' claims, on the inbox's file system
   * @param instance this process
   */
  public Inbox(Path work, String instance, InstanceLock locks, Clock clock) {
    this.work = work;
    this.instance = instance;
    this.locks = locks;
    this.clock = clock;
  }

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
    active.add(folder);
    boolean claimed = false;
    try {
      Files.createDirectories(folder);
      Claim claim = new Claim(id, file.getFileName().toString(), clock.instant(), 0);
      claim.write(folder);
      CrashPoint.CLAIM_WRITTEN.pass();
      // first: a marker that outlives its file would release the next one of that name half-written
      Files.deleteIfExists(Path.of(file + SettledFile.DONE));
      Files.move(file, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
      claimed = true;
      CrashPoint.FILE_CLAIMED.pass();
      return delivery(folder, claim);
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
      return null;
    } catch (IOException e) {
      throw new StorageFailure(file + " waits in the inbox; it cannot be claimed", e);
    } finally {
      if (!claimed) {
        active.remove(folder);
        remove(folder);
      }
    }
  }

  /** Counts an attempt before it is made: a file that kills the process must not do so for ever. */
  public void attempt(@Body Delivery delivery) {
    if (!Files.exists(delivery.file())) {
      return; // taken over by another instance since it was listed, as the load will find
    }
    try {
      claim(delivery, delivery.attempts()).write(delivery.claim());
      CrashPoint.ATTEMPT_COUNTED.pass();
    } catch (IOException e) {
      throw new StorageFailure(delivery.name() + " waits; its claim cannot be written", e);
    }
  }

  /**
   * Lets go of a claim, whatever became of it. One that is still there waits for its next turn: the
   * attempt does not count, for the process has survived it.
   */
  public void release(@ExchangeProperty("delivery") Delivery delivery) {
    try {
      if (Files.exists(delivery.file())) {
        claim(delivery, delivery.attempts() - 1).write(delivery.claim());
      }
    } catch (NoSuchFileException e) {
      LOG.info("{} was taken over by another instance", delivery.name());
    } catch (IOException e) {
      throw new StorageFailure(delivery.name() + " waits; its claim cannot be written", e);
    } finally {
      active.remove(delivery.claim());
    }
  }

  /**
   * Deliveries that an instance which is gone has left behind, this one's that wait for another try
   * included; those of a live peer are never touched. None while the database is away, for nobody
   * can tell then who is alive.
   */
  public List<Delivery> leftovers() {
    List<Delivery> deliveries = new ArrayList<>();
    try {
      locks.keep();
      for (Path peer : folders(work)) {
        String name = peer.getFileName().toString();
        if (name.equals(instance) || locks.isFree(name)) {
          folders(peer).forEach(folder -> takeOver(folder, deliveries));
          if (!name.equals(instance)) {
            removeIfEmpty(peer);
          }
        }
      }
    } catch (DataAccessException e) {
      LOG.warn("The target database is away; claims wait: {}", e.getMostSpecificCause().toString());
    }
    return deliveries;
  }

  private void takeOver(Path folder, List<Delivery> deliveries) {
    Path mine = work.resolve(instance).resolve(folder.getFileName());
    if (!active.add(mine)) {
      return;
    }
    boolean taken = false;
    try {
      if (!Files.exists(folder.resolve(DATA))) {
        remove(folder); // claimed nothing, or archived already
        return;
      }
      if (!mine.equals(folder)) {
        Files.createDirectories(mine.getParent());
        Files.move(folder, mine, StandardCopyOption.ATOMIC_MOVE);
        CrashPoint.CLAIM_TAKEN_OVER.pass();
      }
      deliveries.add(delivery(mine, Claim.read(mine)));
      taken = true;
    } catch (NoSuchFileException e) {
      LOG.info("{} was taken over by another instance", folder);
    } catch (IOException e) {
      LOG.warn("{} cannot be taken over: {}", folder, FileFailure.reasonAndPath(e));
    } finally {
      if (!taken) {
        active.remove(mine);
      }
    }
  }

  private static Delivery delivery(Path folder, Claim claim) {
    return new Delivery(
        claim.deliveryId(),
        folder.resolve(DATA),
        claim.name(),
        folder,
        null,
        claim.received(),
        claim.attempts() + 1,
        false,
        false,
        Delivery.Progress.NONE);
  }

  private static Claim claim(Delivery delivery, int attempts) {
    return new Claim(delivery.id(), delivery.name(), delivery.received(), attempts);
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

  /** Removes a claim's folder with what is left in it. */
  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Claim.delete(folder);
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
    } catch (NoSuchFileException e) {
      return List.of(); // its owner has just ended
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
