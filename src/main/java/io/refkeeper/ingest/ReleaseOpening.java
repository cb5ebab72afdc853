package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.DependencyOrder;
import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.OnUnknown;
import io.refkeeper.database.Catalog;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.Ledger.Target;
import io.refkeeper.ingest.WaitingRows.Candidate;
import io.refkeeper.ingest.WaitingRows.Row;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.ingest.transform.RowTransformer;
import io.refkeeper.ingest.transform.TransformedRow;
import io.refkeeper.quarantine.QuarantinedRow;
import io.refkeeper.reference.BoundForeignKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/** Takes waiting rows, and makes of them what a load makes of a chunk of its file. */
final class ReleaseOpening {

  /** Rows of one transaction: few enough to be kept in memory whatever refuses them. */
  static final int ROWS = 2_000;

  /** Characters of one transaction, however few its rows are. */
  private static final long CHARACTERS = 4 << 20;

  private final Catalog catalog;
  private final Ledger ledger;
  private final LoadOpening loads;
  private final WaitingRows waiting;
  private final Path spillFolder;

  ReleaseOpening(
      DataSource target,
      Configuration configuration,
      String instance,
      Path spillFolder,
      int rowsPerChunk) {
    this.catalog = new Catalog(target);
    this.ledger = new Ledger(target, instance);
    this.loads = new LoadOpening(target, configuration, ledger, spillFolder, rowsPerChunk);
    this.waiting = new WaitingRows(target, instance);
    this.spillFolder = spillFolder;
  }

  /** Takes the next rows of a run; holds the fact table's lock and the rows until the end. */
  ReleasePortion take(ReleaseRun run) {
    Domain domain = run.load().domain();
    Target target = new Target(domain, LoadTables.factOid(catalog, domain));
    ledger.lockToRelease(target);
    CrashPoint.RELEASE_LOCKED.pass();
    LoadTables tables = LoadTables.read(catalog, target);
    List<Candidate> candidates =
        waiting.candidates(run, ReadyKeys.of(domain, tables, run.request()), ROWS);
    List<Long> ids = withinBounds(candidates);
    boolean last = ids.size() == candidates.size() && candidates.size() < ROWS;
    long lastId = ids.isEmpty() ? run.lastId() : ids.get(ids.size() - 1);
    List<Row> rows = ids.isEmpty() ? List.of() : waiting.lock(ids);
    if (rows.isEmpty()) {
      return ReleasePortion.nothing(lastId, last);
    }
    CrashPoint.RELEASE_TAKEN.pass();
    return portion(run, tables, rows, lastId, last);
  }

  private static List<Long> withinBounds(List<Candidate> candidates) {
    List<Long> ids = new ArrayList<>();
    long characters = 0;
    for (Candidate candidate : candidates) {
      characters += candidate.characters();
      if (!ids.isEmpty() && characters > CHARACTERS) {
        break;
      }
      ids.add(candidate.id());
    }
    return ids;
  }

  private ReleasePortion portion(
      ReleaseRun run, LoadTables tables, List<Row> rows, long lastId, boolean last) {
    Domain domain = run.load().domain();
    long loadRunId = run.load().loadRunId();
    WaitingRows.Origin origin = waiting.origin(loadRunId);
    List<String> header = origin.header() == null ? columns(rows) : origin.header();
    RowTransformer transformer =
        new RowTransformer(domain, header, tables.fact(), tables.keyColumns(), origin.file());
    Parents parents = parents(domain, tables, transformer);
    RowSource source = RowSource.of(new NoFile(header), transformer);
    DomainLoad load =
        new DomainLoad(
            delivery(domain, origin),
            domain,
            tables.fact(),
            loadRunId,
            source,
            parents,
            loads.checks(domain, tables.fact(), parents.foreignKeys(), source.columns()),
            false,
            Scopes.none(), // a release adds to its scope
            () -> new HeldRows(ROWS, spillFolder));
    Map<ReleasePortion.Place, Long> ids = new LinkedHashMap<>();
    rows.forEach(row -> ids.put(new ReleasePortion.Place(row.sheet(), row.line()), row.id()));
    return new ReleasePortion(
        waiting.open(run),
        load,
        chunk(load, header, rows, perhapsOlder(load, ids)),
        ids,
        lastId,
        last);
  }

  private Set<Long> perhapsOlder(DomainLoad load, Map<ReleasePortion.Place, Long> ids) {
    return load.domain().loadMode() == LoadMode.UPSERT
        ? waiting.perhapsOlder(load.domain(), load.factTable(), List.copyOf(ids.values()))
        : Set.of();
  }

  /** Rows of a load that is older than the column {@code header} say it themselves. */
  private static List<String> columns(List<Row> rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> columns.addAll(row.fields().keySet()));
    boolean unnamed = columns.stream().allMatch(column -> column.matches("#\\d+"));
    return unnamed ? List.of() : List.copyOf(columns);
  }

  private static Delivery delivery(Domain domain, WaitingRows.Origin origin) {
    return new Delivery(
        origin.deliveryId(),
        null,
        origin.file(),
        null,
        domain.name(),
        Instant.now(),
        1,
        false,
        false,
        Delivery.Progress.NONE);
  }

  private static Chunk chunk(
      DomainLoad load, List<String> header, List<Row> rows, Set<Long> perhapsOlder) {
    List<FactRow> facts = new ArrayList<>();
    List<QuarantinedRow> bad = new ArrayList<>();
    for (Row row : rows) {
      SourceRow source = row.source(header);
      TransformedRow transformed = load.rows().transformer().transform(source);
      if (perhapsOlder.contains(row.id())) {
        bad.add(
            refused(
                source,
                "key_loaded_meanwhile",
                "a load at the same time has perhaps written this key; it is not overwritten"));
      } else if (transformed instanceof TransformedRow.Loadable loadable) {
        facts.add(new FactRow(source, loadable.values()));
      } else if (transformed instanceof TransformedRow.Bad wrong) {
        bad.add(load.quarantined(source, wrong));
      } else {
        bad.add(refused(source, "filtered", "skip_rows was changed, and now leaves the row out"));
      }
    }
    load.counts().addRead(rows.size());
    return new Chunk(load, load.newBatch(), facts, new HeldBatch(load.newBlock()), bad, 0);
  }

  private static QuarantinedRow refused(SourceRow source, String code, String reason) {
    return new QuarantinedRow(
        source.line(),
        source.sheet(),
        null,
        null,
        code,
        reason,
        source.originalText(),
        Map.of(),
        null,
        Map.of());
  }

  /** A release makes no parents and fills none; what is unknown still, waits on. */
  private static Parents parents(Domain domain, LoadTables tables, RowTransformer transformer) {
    List<Parent> parents = new ArrayList<>();
    for (ForeignKeyRule rule : DependencyOrder.sort(domain.foreignKeys())) {
      BoundForeignKey key = LoadOpening.bind(rule, tables, transformer);
      if (rule.onUnknown() == OnUnknown.REJECT_FILE) {
        key =
            new BoundForeignKey(
                rule.withOnUnknown(OnUnknown.QUARANTINE),
                key.parent(),
                key.keyColumns(),
                key.castTypes(),
                key.positions());
      }
      parents.add(new Parent(key, new KeyStates(), null, null));
    }
    return new Parents(List.copyOf(parents));
  }

  void assertStillVerified(DomainLoad load) {
    loads.assertStillVerified(load);
  }
}
