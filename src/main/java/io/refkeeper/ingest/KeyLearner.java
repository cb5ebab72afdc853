package io.refkeeper.ingest;

import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.OnUnknown;
import io.refkeeper.database.TableName;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.problem.Problem;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeyVerification;
import io.refkeeper.reference.ParentLookup;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Learns of keys that a load has not seen before: which have a parent, which are aliases or get a
 * default, which their source has; what is left is unknown. Every parent found is locked.
 */
final class KeyLearner {

  /** Each costs a savepoint, and many of them slow every other session's snapshots. */
  private static final int MOST_LOOKUPS = 40;

  private final KeyVerification verification;
  private final ParentLookup lookup;

  KeyLearner(KeyVerification verification, ParentLookup lookup) {
    this.verification = verification;
    this.lookup = lookup;
  }

  /**
   * Foreign keys may share columns: a key that an alias or default has changed is asked for again,
   * as often as there are foreign keys.
   */
  void learn(DomainLoad load, List<FactRow> rows) {
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
