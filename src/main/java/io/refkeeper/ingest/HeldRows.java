package io.refkeeper.ingest;

import io.refkeeper.ingest.reader.SourceRow;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;

/**
 * Rows that wait for their parents until the end of the file. Beyond a bound they wait on disk, so
 * that a file full of unknown keys does not fill the heap. They come back in file order, as often
 * as they are asked for.
 */
final class HeldRows implements AutoCloseable {

  /** Characters beyond which rows wait on disk, however few they are. */
  private static final long CHARACTERS_IN_MEMORY = 8 << 20;

  private final int rowsInMemory;
  private final Path folder;
  private final List<FactRow> memory = new ArrayList<>();
  private FileChannel spillFile;
  private DataOutputStream spill;
  private long spilled;
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
        write(row);
      }
    }
  }

  /** Whether some of the rows wait on disk. */
  boolean isSpilled() {
    return spill != null;
  }

  private void write(FactRow row) {
    try {
      if (spill == null) {
        Files.createDirectories(folder);
        // it has no name any more once it is open, so that a killed process leaves none behind
        spillFile =
            FileChannel.open(
                folder.resolve("held-" + UUID.randomUUID() + ".spill"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        spill = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(spillFile)));
      }
      spill.writeLong(row.line());
      writeText(row.source().sheet());
      writeTexts(row.source().values());
      writeTexts(row.values());
      spilled++;
    } catch (IOException e) {
      throw new StorageFailure("Rows that wait for their parents cannot be kept in " + folder, e);
    }
  }

  private void writeTexts(String[] texts) throws IOException {
    spill.writeInt(texts.length);
    for (String text : texts) {
      writeText(text);
    }
  }

  private void writeText(String text) throws IOException {
    if (text == null) {
      spill.writeInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    spill.writeInt(bytes.length);
    spill.write(bytes);
  }

  /** The rows in groups; after the last {@link #add}, and one iteration after the other. */
  Iterator<List<FactRow>> groups(int rowsPerGroup) {
    try {
      DataInputStream in = null;
      if (spill != null) {
        spill.flush();
        spillFile.position(0);
        in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(spillFile)));
      }
      return new Groups(rowsPerGroup, in);
    } catch (IOException e) {
      throw new StorageFailure("Rows that waited for their parents cannot be read back", e);
    }
  }

  private final class Groups implements Iterator<List<FactRow>> {
    private final int rowsPerGroup;
    private final DataInputStream in;
    private final Iterator<FactRow> inMemory = memory.iterator();
    private long unread = spilled;

    Groups(int rowsPerGroup, DataInputStream in) {
      this.rowsPerGroup = rowsPerGroup;
      this.in = in;
    }

    @Override
    public boolean hasNext() {
      return inMemory.hasNext() || unread > 0;
    }

    @Override
    public List<FactRow> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      List<FactRow> group = new ArrayList<>();
      try {
        while (group.size() < rowsPerGroup && hasNext()) {
          group.add(inMemory.hasNext() ? inMemory.next() : read());
        }
      } catch (IOException e) {
        throw new StorageFailure("Rows that waited for their parents cannot be read back", e);
      }
      return group;
    }

    private FactRow read() throws IOException {
      unread--;
      long line = in.readLong();
      SourceRow source = new SourceRow(line, readText(), readTexts(), null);
      return new FactRow(source, readTexts());
    }

    private String[] readTexts() throws IOException {
      String[] texts = new String[in.readInt()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = readText();
      }
      return texts;
    }

    private String readText() throws IOException {
      int length = in.readInt();
      return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    try {
      if (spillFile != null) {
        spillFile.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the spill file in " + folder, e);
    }
  }
}
