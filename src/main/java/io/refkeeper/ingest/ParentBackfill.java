package io.refkeeper.ingest;

import io.refkeeper.backfill.Derivation;
import io.refkeeper.backfill.DerivedParent;
import io.refkeeper.backfill.DerivedParents;
import io.refkeeper.backfill.NullFiller;
import io.refkeeper.backfill.ParentRemoval;
import io.refkeeper.backfill.ParentWriter;
import io.refkeeper.backfill.ParentWriter.ParentsNotMadeException;
import io.refkeeper.backfill.ProvenanceWriter;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.database.Table;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.problem.Problem;
import io.refkeeper.quarantine.QuarantinedRow;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeyVerification;
import io.refkeeper.reference.VerifiedForeignKeys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The tracked backfill at the end of a file, when every aggregate is complete: parents in
 * dependency order, then the rows that waited for them.
 */
public final class ParentBackfill {

  private static final int LANES_AHEAD = 1;

  /** Bytes after which a lane ends, however few its rows are. */
  private static final int LANE_BYTES = 4 << 20;

  private final ManagementPolicy policy;
  private final KeyVerification verification;
  private final LoadLimits limits;
  private final DerivedParents derivedParents;
  private final ParentWriter writer;
  private final NullFiller filler;
  private final ParentRemoval removal;
  private final VerifiedForeignKeys verified;
  private final ProvenanceWriter provenance;
  private final int rowsPerChunk;

  public ParentBackfill(
      DataSource target, ManagementPolicy policy, KeyVerification verification, int rowsPerChunk) {
    this.policy = policy;
    this.verification = verification;
    this.limits = new LoadLimits(policy.strategy(), verification);
    this.derivedParents = new DerivedParents(verification);
    this.writer = new ParentWriter(target, verification);
    this.filler = new NullFiller(target);
    this.removal = new ParentRemoval(target);
    this.verified = new VerifiedForeignKeys(target);
    this.provenance = new ProvenanceWriter(target);
    this.rowsPerChunk = rowsPerChunk;
  }

  /** The parents of one foreign key that the load wants, with the load. */
  public record Wanted(DomainLoad load, Derivation derivation) {}

  /**
   * Rejects the file when too many of its keys are unknown.
   *
   * @throws FileRejectedException naming every foreign key that has too many
   */
  public void checkLimits(DomainLoad load) {
    CrashPoint.READ_TO_END.pass();
    for (Parent parent : load.parents().all()) {
      if (parent.foreignKey().equalityIsTheDatabases()) {
        List<Object> spellings = parent.states().spellings();
        parent.states().unite(spellings, verification.groups(parent.foreignKey(), spellings));
      }
    }
    limits.checkUnknownKeys(load);
  }

  /** The foreign keys with unknown parents, parents before children. */
  public List<Wanted> wantedParents(DomainLoad load) {
    return load.parents().all().stream()
        .map(Parent::derivation)
        .filter(derivation -> derivation != null && !derivation.keys().isEmpty())
        .map(derivation -> new Wanted(load, derivation))
        .toList();
  }

  /**
   * Inserts the parents of one foreign key, marked for review; those that cannot be are refused.
   */
  public void insertParents(Wanted wanted) {
    DomainLoad load = wanted.load();
    long start = System.nanoTime();
    verified.assertOrigin();
    List<DerivedParent> parents = derivedParents.complete(wanted.derivation());
    ParentWriter.Marks marks =
        new ParentWriter.Marks(load.domain().name(), policy.backfill().markForReview());
    try {
      parents = writer.insert(wanted.derivation(), parents, marks);
    } catch (ParentsNotMadeException e) {
      throw new FileRejectedException(
          new Problem(
              "parents_not_made",
              e.getMessage() + "; nothing was loaded",
              load.delivery().name(),
              "find out which session deletes them, then deliver the file again"),
          e);
    }
    parents.stream().filter(parent -> parent.refusal() != null).forEach(load.backfill()::refuse);
    load.backfill().derived(wanted.derivation(), parents);
    load.backfill().derivingTook(wanted.derivation(), System.nanoTime() - start);
    CrashPoint.PARENTS_INSERTED.pass();
  }

  /** Fills empty columns of auto-derived parents, where the configuration asks for it. */
  public void fillKnownParents(DomainLoad load) {
    for (Parent parent : load.parents().all()) {
      if (parent.filling() != null && !parent.filling().keys().isEmpty()) {
        long updated =
            filler.fill(
                parent.filling(), derivedParents.complete(parent.filling()), load.loadRunId());
        load.backfill().filled(parent.foreignKey().rule().name(), updated);
      }
    }
  }

  /** The rows that waited, in lanes: those whose parents could not be made go to quarantine. */
  public Iterator<Lane> heldLanes(DomainLoad load) {
    load.backfill().begin(load.counts().quarantined());
    HeldCursor rows = load.held().cursor();
    Deque<Lane> lanes = new ArrayDeque<>();
    ReadAhead<Lane> ahead =
        new ReadAhead<>(
            "held-" + load.delivery().id(),
            LANES_AHEAD,
            () -> {
              if (lanes.isEmpty()) {
                lanes.addAll(nextLanes(load, rows));
              }
              return lanes.poll();
            },
            () -> {});
    load.readingHeld(ahead);
    return ahead;
  }

  private List<Lane> nextLanes(DomainLoad load, HeldCursor rows) {
    CopyBatch complete = load.newBatch();
    List<QuarantinedRow> bad = new ArrayList<>();
    int bytes = 0;
    while (complete.size() + bad.size() < rowsPerChunk && bytes < LANE_BYTES && rows.next()) {
      bytes += rows.size();
      QuarantinedRow refused = load.backfill().refusedAny() ? refused(load, rows.row()) : null;
      if (refused == null) {
        complete.add(rows);
      } else {
        bad.add(refused);
      }
    }
    List<Lane> lanes = new ArrayList<>();
    if (complete.size() > 0) {
      lanes.add(Lane.known(load, complete));
    }
    if (!bad.isEmpty()) {
      lanes.add(Lane.bad(load, bad));
    }
    return lanes;
  }

  private static QuarantinedRow refused(DomainLoad load, FactRow row) {
    for (Parent parent : load.parents().all()) {
      DerivedParent.Refusal refusal = load.backfill().refusal(parent, row.values());
      if (refusal != null) {
        return load.quarantined(
            row.source(),
            row.values(),
            String.join(", ", parent.foreignKey().rule().sourceColumns()),
            refusal.value(),
            refusal.code(),
            "%s: %s".formatted(parent.foreignKey().rule().name(), refusal.reason()));
      }
    }
    return null;
  }

  /** Takes back new parents that no row names in the end, because their rows are in quarantine. */
  public void removeUnnamedParents(DomainLoad load) {
    if (load.counts().quarantined() == load.backfill().quarantinedBefore()) {
      return;
    }
    List<Parent> derived =
        load.parents().all().stream().filter(parent -> parent.derivation() != null).toList();
    Set<ParentRemoval.Reference> references = new LinkedHashSet<>(constraints(load.factTable()));
    for (Parent parent : load.parents().all()) {
      references.addAll(constraints(parent.foreignKey().parent()));
      if (isStored(load, parent.foreignKey())) {
        references.add(configured(load, parent.foreignKey()));
      }
    }
    for (int i = derived.size() - 1; i >= 0; i--) {
      Derivation derivation = derived.get(i).derivation();
      if (isStored(load, derivation.foreignKey())) {
        removal.remove(derivation, references);
      }
    }
  }

  /** Tells the audit log and the stewards of the new parents that stay. */
  public void recordNewParents(DomainLoad load) {
    ProvenanceWriter.Origin origin =
        new ProvenanceWriter.Origin(load.loadRunId(), load.domain().name(), load.delivery().name());
    for (Wanted wanted : wantedParents(load)) {
      Derivation derivation = wanted.derivation();
      long start = System.nanoTime();
      provenance.write(derivation, load.backfill().inserted(derivation), origin);
      load.backfill().recordingTook(derivation, System.nanoTime() - start);
    }
  }

  private static List<ParentRemoval.Reference> constraints(Table table) {
    return table.foreignKeys().stream()
        .map(
            key ->
                new ParentRemoval.Reference(
                    table.name(), key.columns(), key.parent(), key.parentColumns()))
        .toList();
  }

  /** The fact table may have no constraint for a configured foreign key. */
  private static ParentRemoval.Reference configured(DomainLoad load, BoundForeignKey key) {
    return new ParentRemoval.Reference(
        load.factTable().name(),
        key.rule().sourceColumns(),
        key.parent().name(),
        key.rule().targetKey());
  }

  /** Whether the fact table stores the key; else nobody can tell whether a row names a parent. */
  private static boolean isStored(DomainLoad load, BoundForeignKey key) {
    return key.rule().sourceColumns().stream()
        .allMatch(column -> load.factTable().column(column).isPresent());
  }
}
