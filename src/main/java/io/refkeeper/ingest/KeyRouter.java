package io.refkeeper.ingest;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.quarantine.QuarantinedRow;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeyVerification;
import io.refkeeper.reference.ParentLookup;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Verifies the foreign keys of a chunk and sorts its rows into lanes. Only keys that this load has
 * not seen before are asked for, one statement a foreign key; their parents are locked before any
 * savepoint, because a rolled-back savepoint would give the locks back.
 */
public final class KeyRouter {

  private final KeyLearner keys;
  private final LoadLimits limits;

  public KeyRouter(
      KeyVerification verification, ParentLookup lookup, ManagementPolicy.Strategy strategy) {
    this.keys = new KeyLearner(verification, lookup);
    this.limits = new LoadLimits(strategy, verification);
  }

  /**
   * The lanes of a chunk; empty lanes are left out.
   *
   * @throws FileRejectedException when an unknown key rejects the file, or too many are new
   */
  public List<Lane> route(Chunk chunk) {
    DomainLoad load = chunk.load();
    keys.learn(load, chunk.rows());
    CrashPoint.KEYS_VERIFIED.pass();
    CopyBatch known = chunk.known();
    List<FactRow> unknown = new ArrayList<>();
    List<QuarantinedRow> bad = new ArrayList<>(chunk.bad());
    Iterator<HeldBatch.Mention> mentions = chunk.held().mentions().iterator();
    HeldBatch.Mention mention = nextOf(mentions);
    for (FactRow row : chunk.rows()) {
      // aggregates take all rows in the order of the file
      for (; mention != null && mention.line() < row.line(); mention = nextOf(mentions)) {
        derive(load, mention);
      }
      Verdict verdict = judge(load, row);
      if (verdict.bad() != null) {
        bad.add(verdict.bad());
      } else if (verdict.unknown()) {
        hold(load, row);
        unknown.add(row);
      } else {
        visitKnown(load, row);
        known.add(row);
      }
    }
    for (; mention != null; mention = nextOf(mentions)) {
      derive(load, mention);
    }
    List<Lane> lanes = new ArrayList<>(3);
    if (known.size() > 0) {
      lanes.add(Lane.known(load, known));
    }
    if (!unknown.isEmpty() || chunk.held().size() > 0) {
      limits.checkNewParents(load);
      lanes.add(Lane.unknown(load, unknown, chunk.held().rows()));
    }
    if (!bad.isEmpty()) {
      lanes.add(Lane.bad(load, bad));
    }
    return lanes;
  }

  private record Verdict(boolean unknown, QuarantinedRow bad) {
    static final Verdict KNOWN = new Verdict(false, null);
    static final Verdict UNKNOWN = new Verdict(true, null);
  }

  private static Verdict judge(DomainLoad load, FactRow row) {
    boolean unknown = false;
    for (Parent parent : load.parents().all()) {
      BoundForeignKey foreignKey = parent.foreignKey();
      Object key = foreignKey.key(row.values());
      if (key == null) {
        if (!foreignKey.rule().skipBlankValues()) {
          return bad(load, row, foreignKey, null, "blank_key", "the key is blank");
        }
        continue;
      }
      Object state = parent.states().of(key);
      if (state == KeyStates.MALFORMED) {
        return bad(
            load,
            row,
            foreignKey,
            key,
            "key_pattern",
            "no row in %s, and the key does not look like one (%s)"
                .formatted(foreignKey.parent().name(), foreignKey.rule().keyPattern()));
      } else if (state != KeyStates.KNOWN
          && (state != KeyStates.UNKNOWN || parent.derivation() == null)) {
        return bad(
            load,
            row,
            foreignKey,
            key,
            "unknown_key",
            "no row in %s".formatted(foreignKey.parent().name()));
      } else if (state == KeyStates.UNKNOWN) {
        unknown = true;
      }
    }
    return unknown ? Verdict.UNKNOWN : Verdict.KNOWN;
  }

  private static Verdict bad(
      DomainLoad load,
      FactRow row,
      BoundForeignKey foreignKey,
      Object key,
      String code,
      String reason) {
    String value = key == null ? null : String.join(", ", BoundForeignKey.parts(key));
    return new Verdict(
        false,
        load.quarantined(
            row.source(),
            row.values(),
            String.join(", ", foreignKey.rule().sourceColumns()),
            value,
            code,
            "%s: %s".formatted(foreignKey.rule().name(), reason)));
  }

  private static void hold(DomainLoad load, FactRow row) {
    for (Parent parent : load.parents().all()) {
      Object key = parent.foreignKey().key(row.values());
      if (key != null && parent.states().of(key) == KeyStates.UNKNOWN) {
        parent.derivation().add(key, row.source().sheet(), row.line(), row.values());
      }
    }
    visitKnown(load, row);
  }

  private static HeldBatch.Mention nextOf(Iterator<HeldBatch.Mention> mentions) {
    return mentions.hasNext() ? mentions.next() : null;
  }

  private static void derive(DomainLoad load, HeldBatch.Mention mention) {
    List<Parent> parents = load.parents().all();
    for (int i = 0; i < parents.size(); i++) {
      if (mention.keys()[i] != null) {
        parents.get(i).derivation().add(mention.keys()[i], null, mention.line(), mention.values());
      }
    }
  }

  private static void visitKnown(DomainLoad load, FactRow row) {
    for (Parent parent : load.parents().all()) {
      if (parent.filling() != null) {
        Object key = parent.foreignKey().key(row.values());
        if (key != null && parent.states().of(key) == KeyStates.KNOWN) {
          parent.filling().add(key, row.source().sheet(), row.line(), row.values());
        }
      }
    }
  }
}
