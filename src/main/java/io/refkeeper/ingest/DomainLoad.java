package io.refkeeper.ingest;

import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.database.copy.EncodedRows;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.ingest.transform.TransformedRow;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * One domain's share of a delivery while it is being loaded: what it works on, and what it has
 * gathered. Used by the loading thread; the reader asks for batches and known keys only.
 */
public final class DomainLoad {

  private static final int REJECTS_KEPT = 10_000;
  private static final int SPARE_BATCHES = 8;

  private final Delivery delivery;
  private final Domain domain;
  private final Table factTable;
  private final long loadRunId;
  private final RowSource rows;
  private final Parents parents;
  private boolean degraded;
  private final Set<String> sourcesAway = new LinkedHashSet<>();
  private final Set<TableName> tablesAway = new HashSet<>();
  private int lookups;
  private final Map<TableName, Long> suppliedRows = new LinkedHashMap<>();
  private final LoadCounts counts = new LoadCounts();
  private final Scopes scopes;
  private final Scopes waitingScopes;
  private final HeldRows held;
  private final CopyGroup group;
  private final RowEncoder encoder;
  private final BackfillOutcome backfill = new BackfillOutcome();
  private final long startedNanos = System.nanoTime();
  private boolean upserting;
  private EncodedRows buffer;
  private final Checks checks;
  private final CopyBatch.Form batchForm;
  private final BlockingQueue<CopyBatch> spareBatches = new ArrayBlockingQueue<>(SPARE_BATCHES);
  private final BlockingQueue<HeldBlock> spareBlocks = new ArrayBlockingQueue<>(SPARE_BATCHES);
  private ChunkReader reading;
  private ReadAhead<Lane> readingHeld;
  private final List<QuarantinedRow> rejects = new ArrayList<>();

  DomainLoad(
      Delivery delivery,
      Domain domain,
      Table factTable,
      long loadRunId,
      RowSource rows,
      Parents parents,
      Checks checks,
      boolean degraded,
      Scopes scopes,
      Supplier<HeldRows> spools) {
    this.delivery = delivery;
    this.domain = domain;
    this.factTable = factTable;
    this.loadRunId = loadRunId;
    this.rows = rows;
    this.parents = parents;
    this.checks = checks;
    this.degraded = degraded;
    this.held = spools.get();
    this.group = new CopyGroup(spools);
    this.encoder = RowEncoder.of(factTable, rows.columns(), domain.loadIdColumn(), loadRunId);
    this.scopes = scopes;
    this.waitingScopes = Scopes.ofWaiting(domain, factTable, rows.columns());
    this.batchForm = batchForm();
  }

  public Delivery delivery() {
    return delivery;
  }

  public Domain domain() {
    return domain;
  }

  public Table factTable() {
    return factTable;
  }

  public long loadRunId() {
    return loadRunId;
  }

  RowSource rows() {
    return rows;
  }

  Parents parents() {
    return parents;
  }

  /** Whether a parent's authoritative source could not be synced: limits do not apply. */
  public boolean degraded() {
    return degraded;
  }

  /** A source that was asked for parents is away: as if it could not be synced. */
  void sourceAway(TableName parent, String reason) {
    degraded = true;
    sourcesAway.add("the source of %s was asked for unknown keys: %s".formatted(parent, reason));
    tablesAway.add(parent);
  }

  boolean isSourceAway(TableName parent) {
    return tablesAway.contains(parent);
  }

  /** Why the load became degraded while it ran. */
  Set<String> sourcesAway() {
    return sourcesAway;
  }

  /** Counts a lookup that has inserted rows; each has cost a savepoint. */
  void lookedUp(TableName table, long rows) {
    lookups++;
    suppliedRows.merge(table, rows, Long::sum);
  }

  /** Authoritative rows that lookups have inserted, by table. */
  Map<TableName, Long> suppliedRows() {
    return suppliedRows;
  }

  int lookups() {
    return lookups;
  }

  public LoadCounts counts() {
    return counts;
  }

  /** Rows that wait to be copied under one savepoint. */
  CopyGroup group() {
    return group;
  }

  Scopes scopes() {
    return scopes;
  }

  HeldRows held() {
    return held;
  }

  BackfillOutcome backfill() {
    return backfill;
  }

  long startedNanos() {
    return startedNanos;
  }

  /** Remembers bad rows for the report of a file that is rejected in the end. */
  void addRejects(List<QuarantinedRow> rows) {
    rows.stream()
        .limit(REJECTS_KEPT - rejects.size())
        .map(DomainLoad::forReport)
        .forEach(rejects::add);
  }

  /** Without what the report does not show, and what takes most of the memory. */
  private static QuarantinedRow forReport(QuarantinedRow row) {
    return new QuarantinedRow(
        row.line(),
        row.sheet(),
        row.column(),
        row.value(),
        row.code(),
        row.reason(),
        row.original(),
        Map.of(),
        null,
        Map.of());
  }

  List<QuarantinedRow> rejects() {
    return rejects;
  }

  /** The hash of the bytes that were read; empty when the reader cannot tell. */
  Optional<String> contentSha256() {
    return Optional.ofNullable(reading).map(ChunkReader::contentSha256);
  }

  void reading(ChunkReader chunks) {
    reading = chunks;
  }

  void readingHeld(ReadAhead<Lane> lanes) {
    readingHeld = lanes;
  }

  /** Ends what reads ahead, closes the file, removes the spill file. */
  void close() {
    if (reading == null) {
      rows.close();
    } else {
      reading.close();
    }
    if (readingHeld != null) {
      readingHeld.close();
    }
    held.close();
    group.close();
  }

  /** True the first time it is called. */
  boolean beginUpsert() {
    boolean first = !upserting;
    upserting = true;
    return first;
  }

  boolean upserting() {
    return upserting;
  }

  Checks checks() {
    return checks;
  }

  private CopyBatch.Form batchForm() {
    return domain.loadMode() == LoadMode.UPSERT || checks.refusals() != Refusals.NONE
        ? CopyBatch.Form.KEPT
        : CopyBatch.Form.ENCODED;
  }

  /** Whether rows are encoded as soon as their parents are known to be there. */
  boolean encodesAtOnce() {
    return batchForm == CopyBatch.Form.ENCODED;
  }

  RowEncoder encoder() {
    return encoder;
  }

  /** Where the loading thread encodes rows of this load; empty at each call. */
  EncodedRows buffer() {
    if (buffer == null) {
      buffer = encoder.newRows();
    }
    buffer.clear();
    return buffer;
  }

  /** An empty batch; any thread may ask for one. */
  CopyBatch newBatch() {
    CopyBatch spare = spareBatches.poll();
    return spare != null ? spare : new CopyBatch(batchForm, encoder, scopes);
  }

  /** Takes back a batch that is copied. */
  void reuse(CopyBatch batch) {
    batch.clear();
    spareBatches.offer(batch);
  }

  /** An empty block for rows that wait; any thread may ask for one. */
  HeldBlock newBlock() {
    HeldBlock spare = spareBlocks.poll();
    return spare != null ? spare : new HeldBlock();
  }

  /** Takes back a block whose rows are kept elsewhere. */
  void reuse(HeldBlock block) {
    block.clear();
    spareBlocks.offer(block);
  }

  /** A row for the quarantine, with everything that a person needs to correct it. */
  QuarantinedRow quarantined(
      SourceRow source, String[] values, String column, String value, String code, String reason) {
    return new QuarantinedRow(
        source.line(),
        source.sheet(),
        column,
        value,
        code,
        reason,
        source.originalText(),
        fields(source),
        waitingScopes.scopeOf(values),
        parents.keysOf(values));
  }

  /** A row whose values no column can take; it keeps its scope when that can be read. */
  QuarantinedRow quarantined(SourceRow source, TransformedRow.Bad bad) {
    boolean whole = bad.values() == null;
    return new QuarantinedRow(
        source.line(),
        source.sheet(),
        bad.column(),
        bad.value(),
        bad.code().code(),
        bad.reason(),
        source.originalText(),
        fields(source),
        whole || waitingScopes.isUnread(bad.unread()) ? null : waitingScopes.scopeOf(bad.values()),
        whole ? Map.of() : parents.keysOf(bad.values()));
  }

  private Map<String, String> fields(SourceRow source) {
    List<String> header = rows.header();
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < source.values().length; i++) {
      fields.put(i < header.size() ? header.get(i) : "#" + (i + 1), source.values()[i]);
    }
    return fields;
  }
}
