package io.refkeeper.ingest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Rows that wait for their parents until the end of the file. Beyond a bound they wait on disk, so
 * that a file full of unknown keys does not fill the heap. They come back in file order, as often
 * as they are asked for.
 */
final class HeldRows implements AutoCloseable {

  /** Characters beyond which rows wait on disk, however few they are. */
  private static final long CHARACTERS_IN_MEMORY = 8 << 20;

  /** Characters after which a group ends, however few its rows are. */
  private static final long GROUP_CHARACTERS = 4 << 20;

  private final int rowsInMemory;
  private final Path folder;
  private final List<FactRow> memory = new ArrayList<>();
  private RowSpill spill;
  private long characters;

  /**
   * @param folder for the spill file, made when it is needed
   */
  HeldRows(int rowsInMemory, Path folder) {
    this.rowsInMemory = rowsInMemory;
    this.folder = folder;
  }

  void add(List<FactRow> rows) {
    for (FactRow row : rows) {
      if (spill == null && memory.size() < rowsInMemory && characters < CHARACTERS_IN_MEMORY) {
        memory.add(row);
        characters += row.source().characters();
      } else {
        spill().add(row);
      }
    }
  }

  private RowSpill spill() {
    if (spill == null) {
      spill = new RowSpill(folder);
    }
    return spill;
  }

  /** The rows in groups; after the last {@link #add}, and one iteration after the other. */
  Iterator<List<FactRow>> groups(int rowsPerGroup) {
    return new Groups(rowsPerGroup, spill == null ? Collections.emptyIterator() : spill.rows());
  }

  private final class Groups implements Iterator<List<FactRow>> {
    private final int rowsPerGroup;
    private final Iterator<FactRow> inMemory = memory.iterator();
    private final Iterator<FactRow> onDisk;

    Groups(int rowsPerGroup, Iterator<FactRow> onDisk) {
      this.rowsPerGroup = rowsPerGroup;
      this.onDisk = onDisk;
    }

    @Override
    public boolean hasNext() {
      return inMemory.hasNext() || onDisk.hasNext();
    }

    @Override
    public List<FactRow> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      List<FactRow> group = new ArrayList<>();
      long size = 0;
      while (group.size() < rowsPerGroup && size < GROUP_CHARACTERS && hasNext()) {
        FactRow row = inMemory.hasNext() ? inMemory.next() : onDisk.next();
        group.add(row);
        size += row.source().characters();
      }
      return group;
    }
  }

  @Override
  public void close() {
    if (spill != null) {
      spill.close();
    }
  }
}
