package io.refkeeper.ingest;

import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileExclusiveReadLockStrategy;
import org.apache.camel.component.file.GenericFileOperations;

/**
 * Lets the inbox take a file only when nobody writes to it any more: it has a {@code .done} marker
 * beside it, or its size and time are what they were at the poll before. Never sleeps.
 *
 * <p>Camel's own {@code readLock=changed} sleeps on the polling thread for each file.
 */
public final class SettledFile implements GenericFileExclusiveReadLockStrategy<File> {

  static final String DONE = ".done";

  private record Look(long size, long modified) {}

  private final Map<String, Look> lastPoll = new ConcurrentHashMap<>();

  @Override
  public void prepareOnStartup(
      GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint) {
    lastPoll.clear();
  }

  @Override
  public boolean acquireExclusiveReadLock(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange) {
    File now = new File(file.getAbsoluteFilePath());
    if (new File(now.getPath() + DONE).exists()) {
      lastPoll.remove(now.getPath());
      return true;
    }
    Look look = new Look(now.length(), now.lastModified());
    boolean settled = look.equals(lastPoll.put(now.getPath(), look));
    if (settled) {
      lastPoll.remove(now.getPath());
    }
    return settled;
  }

  @Override
  public void releaseExclusiveReadLockOnAbort(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange) {
    // nothing is held
  }

  @Override
  public void releaseExclusiveReadLockOnRollback(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange) {
    // nothing is held
  }

  @Override
  public void releaseExclusiveReadLockOnCommit(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange) {
    // nothing is held
  }

  @Override
  public void setTimeout(long timeout) {
    // there is nothing to wait for
  }

  @Override
  public void setCheckInterval(long checkInterval) {
    // the inbox's polls are the checks
  }

  @Override
  public void setReadLockLoggingLevel(LoggingLevel readLockLoggingLevel) {
    // a file that is not settled yet is no news
  }

  @Override
  public void setMarkerFiler(boolean markerFile) {
    // no marker files: a starting instance would delete those of a live one
  }

  @Override
  public void setDeleteOrphanLockFiles(boolean deleteOrphanLockFiles) {
    // no lock files
  }
}
