package io.refkeeper.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of one foreign key that the reader has heard the final answer of, found by their bytes:
 * their parents are there and locked, or have to be derived. Used by the reader's thread only; what
 * it does not know yet it asks {@link KeyStates}.
 */
final class KnownKeys {

  private final KeyStates states;
  private byte[][] slots = new byte[1 << 10][];

  /** By slot: the key, when it has no parent yet. */
  private String[] unknown = new String[1 << 10];

  private int size;
  private String unknownKey;

  /** What is to be done with a row that names the key. */
  enum Answer {
    /** The parent is there. */
    KNOWN,
    /** There is none; {@link #unknownKey} tells the key. */
    UNKNOWN,
    /** Nobody knows yet, or the key is replaced or refused. */
    ASK
  }

  KnownKeys(KeyStates states) {
    this.states = states;
  }

  Answer find(byte[] bytes, int start, int end) {
    int mask = slots.length - 1;
    int slot = hash(bytes, start, end) & mask;
    for (byte[] key = slots[slot]; key != null; key = slots[slot]) {
      if (Arrays.equals(key, 0, key.length, bytes, start, end)) {
        unknownKey = unknown[slot];
        return unknownKey == null ? Answer.KNOWN : Answer.UNKNOWN;
      }
      slot = (slot + 1) & mask;
    }
    String key = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    Object state = states.of(key);
    if (state != KeyStates.KNOWN && state != KeyStates.UNKNOWN) {
      return Answer.ASK;
    }
    unknownKey = state == KeyStates.KNOWN ? null : key;
    slots[slot] = Arrays.copyOfRange(bytes, start, end);
    unknown[slot] = unknownKey;
    size++;
    if (size * 2 > slots.length) {
      grow();
    }
    return unknownKey == null ? Answer.KNOWN : Answer.UNKNOWN;
  }

  /** The key that {@link #find} has found last, when it is unknown. */
  String unknownKey() {
    return unknownKey;
  }

  private void grow() {
    byte[][] oldSlots = slots;
    String[] oldUnknown = unknown;
    slots = new byte[oldSlots.length * 2][];
    unknown = new String[slots.length];
    int mask = slots.length - 1;
    for (int i = 0; i < oldSlots.length; i++) {
      byte[] key = oldSlots[i];
      if (key != null) {
        int slot = hash(key, 0, key.length) & mask;
        while (slots[slot] != null) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = key;
        unknown[slot] = oldUnknown[i];
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
