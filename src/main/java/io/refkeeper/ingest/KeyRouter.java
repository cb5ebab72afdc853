package io.refkeeper.ingest;

import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.OnUnknown;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.database.TableName;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.DomainLoad.Parent;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.problem.Problem;
import io.refkeeper.quarantine.QuarantinedRow;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeyVerification;
import io.refkeeper.reference.ParentLookup;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Verifies the foreign keys of a chunk and sorts its rows into lanes. Only keys that this load has
 * not seen before are asked for, one statement a foreign key; their parents are locked before any
 * savepoint, because a rolled-back savepoint would give the locks back.
 */
public final class KeyRouter {

  private final KeyVerification verification;

  /** Each costs a savepoint, and many of them slow every other session's snapshots. */
  private static final int MOST_LOOKUPS = 40;

  private final ParentLookup lookup;
  private final LoadLimits limits;

  public KeyRouter(
      KeyVerification verification, ParentLookup lookup, ManagementPolicy.Strategy strategy) {
    this.verification = verification;
    this.lookup = lookup;
    this.limits = new LoadLimits(strategy, verification);
  }

  /**
   * The lanes of a chunk; empty lanes are left out.
   *
   * @throws FileRejectedException when an unknown key rejects the file, or too many are new
   */
  public List<Lane> route(Chunk chunk) {
    DomainLoad load = chunk.load();
    learnAndReplaceKeys(load, chunk.rows());
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

  /**
   * Foreign keys may share columns: a key that an alias or default has changed is asked for again,
   * as often as there are foreign keys.
   */
  private void learnAndReplaceKeys(DomainLoad load, List<FactRow> rows) {
    List<Parent> parents = load.parents().all();
    boolean replaced = true;
    for (int round = 0; replaced && round <= parents.size(); round++) {
      replaced = false;
      for (Parent parent : parents) {
        learnNewKeys(load, parent, rows);
        replaced |= replaceKeys(parent, rows);
      }
    }
  }

  private static boolean replaceKeys(Parent parent, List<FactRow> rows) {
    boolean replaced = false;
    for (FactRow row : rows) {
      Object key = parent.foreignKey().key(row.values());
      Object replacement = key == null ? null : parent.states().replacement(key);
      if (replacement != null) {
        parent.foreignKey().replaceKey(row.values(), replacement);
        replaced = true;
      }
    }
    return replaced;
  }

  private void learnNewKeys(DomainLoad load, Parent parent, List<FactRow> rows) {
    Set<Object> fresh = new LinkedHashSet<>();
    for (FactRow row : rows) {
      Object key = parent.foreignKey().key(row.values());
      if (key != null && parent.states().of(key) == null) {
        fresh.add(key);
      }
    }
    if (fresh.isEmpty()) {
      return;
    }
    List<Object> keys = List.copyOf(fresh);
    BitSet there = verification.lockExisting(parent.foreignKey(), keys);
    List<Object> missing = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      if (there.get(i)) {
        parent.states().set(keys.get(i), KeyStates.KNOWN);
      } else {
        missing.add(keys.get(i));
      }
    }
    askSource(load, parent, missing);
    if (!missing.isEmpty()) {
      learnMissingKeys(load, parent, missing);
    }
  }

  /** Takes out of the missing keys those whose parents their source has; they are there now. */
  private void askSource(DomainLoad load, Parent parent, List<Object> missing) {
    ForeignKeyRule rule = parent.foreignKey().rule();
    TableName table = parent.foreignKey().parent().name();
    if (missing.isEmpty()
        || load.isSourceAway(table)
        || load.lookups() >= MOST_LOOKUPS
        || !lookup.covers(table, rule.targetKey())) {
      return;
    }
    Predicate<String> wellFormed = wellFormed(rule);
    List<Object> asked =
        missing.stream()
            .filter(key -> BoundForeignKey.parts(key).stream().allMatch(wellFormed))
            .toList();
    asked = asked.subList(0, parent.states().mayAsk(asked.size(), lookup.mostKeys()));
    if (asked.isEmpty()) {
      return;
    }
    ParentLookup.Answer answer =
        lookup.find(
            table,
            rule.targetKey(),
            asked.stream().map(BoundForeignKey::parts).toList(),
            load.loadRunId());
    if (answer.failure() != null) {
      load.sourceAway(table, answer.failure().message());
    }
    if (answer.inserted() > 0) {
      load.lookedUp(table, answer.inserted());
      BitSet there = verification.lockExisting(parent.foreignKey(), asked);
      Set<Object> found = there.stream().mapToObj(asked::get).collect(Collectors.toSet());
      found.forEach(parent.states()::setFoundOnDemand);
      missing.removeAll(found);
    }
  }

  private static Predicate<String> wellFormed(ForeignKeyRule rule) {
    return rule.keyPattern() == null
        ? part -> true
        : Pattern.compile(rule.keyPattern()).asMatchPredicate();
  }

  private void learnMissingKeys(DomainLoad load, Parent parent, List<Object> missing) {
    Map<Object, Object> aliases = lockedAliases(parent.foreignKey(), missing);
    ForeignKeyRule rule = parent.foreignKey().rule();
    Predicate<String> wellFormed = wellFormed(rule);
    for (Object key : missing) {
      if (aliases.containsKey(key)) {
        parent.states().setAlias(key, aliases.get(key));
      } else if (rule.onUnknown() == OnUnknown.REJECT_FILE) {
        throw unknownKey(load, rule, key);
      } else if (rule.onUnknown() == OnUnknown.USE_DEFAULT) {
        parent.states().setDefaulted(key, defaultKey(load, parent.foreignKey()));
      } else if (!BoundForeignKey.parts(key).stream().allMatch(wellFormed)) {
        parent.states().set(key, KeyStates.MALFORMED);
      } else {
        parent.states().set(key, KeyStates.UNKNOWN);
      }
    }
  }

  /** Aliases whose target is there; the target is locked like any other parent. */
  private Map<Object, Object> lockedAliases(BoundForeignKey foreignKey, List<Object> missing) {
    Map<Object, Object> aliases = verification.aliases(foreignKey, missing);
    if (!aliases.isEmpty()) {
      List<Object> targets = List.copyOf(new LinkedHashSet<>(aliases.values()));
      BitSet there = verification.lockExisting(foreignKey, targets);
      Set<Object> existing =
          there.stream().mapToObj(targets::get).collect(Collectors.toCollection(HashSet::new));
      aliases.values().retainAll(existing);
    }
    return aliases;
  }

  private Object defaultKey(DomainLoad load, BoundForeignKey foreignKey) {
    Object key = BoundForeignKey.key(foreignKey.rule().defaultKey());
    if (verification.lockExisting(foreignKey, List.of(key)).isEmpty()) {
      throw new FileRejectedException(
          new Problem(
              "default_key_missing",
              "The default key %s of foreign key %s has no row in %s; nothing was loaded"
                  .formatted(
                      foreignKey.rule().defaultKey(),
                      foreignKey.rule().name(),
                      foreignKey.parent().name()),
              load.delivery().name(),
              "add the row, or choose another default_key"));
    }
    return key;
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

  private static FileRejectedException unknownKey(
      DomainLoad load, ForeignKeyRule rule, Object key) {
    return new FileRejectedException(
        new Problem(
            "unknown_key",
            "Foreign key %s names %s, which has no row in %s.%s; nothing was loaded"
                .formatted(
                    rule.name(),
                    BoundForeignKey.parts(key),
                    rule.targetSchema(),
                    rule.targetTable()),
            load.delivery().name(),
            "add the row, or set on_unknown to backfill or quarantine"));
  }
}
