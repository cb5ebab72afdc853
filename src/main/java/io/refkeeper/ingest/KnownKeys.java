package io.refkeeper.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of which the reader knows that their parents are there and locked, found by their bytes.
 * Used by the reader's thread only; what it does not know yet it asks {@link KeyStates}.
 */
final class KnownKeys {

  private final KeyStates states;
  private byte[][] slots = new byte[1 << 10][];
  private int size;

  KnownKeys(KeyStates states) {
    this.states = states;
  }

  boolean contains(byte[] bytes, int start, int end) {
    int mask = slots.length - 1;
    int slot = hash(bytes, start, end) & mask;
    for (byte[] key = slots[slot]; key != null; key = slots[slot]) {
      if (Arrays.equals(key, 0, key.length, bytes, start, end)) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    boolean known = states.isKnown(new String(bytes, start, end - start, StandardCharsets.UTF_8));
    if (known) {
      add(Arrays.copyOfRange(bytes, start, end), slot);
    }
    return known;
  }

  private void add(byte[] key, int slot) {
    slots[slot] = key;
    size++;
    if (size * 2 > slots.length) {
      grow();
    }
  }

  private void grow() {
    byte[][] old = slots;
    slots = new byte[old.length * 2][];
    int mask = slots.length - 1;
    for (byte[] key : old) {
      if (key != null) {
        int slot = hash(key, 0, key.length) & mask;
        while (slots[slot] != null) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = key;
      }
    }
  }

  private static int hash(byte[] bytes, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ hash >>> 15;
  }
}
