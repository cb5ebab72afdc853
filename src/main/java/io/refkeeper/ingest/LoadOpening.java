package io.refkeeper.ingest;

import io.refkeeper.backfill.Derivation;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.DependencyOrder;
import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.ForeignKeyCheck;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.Mode;
import io.refkeeper.config.ForeignKeyRule.OnUnknown;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.Ledger.Target;
import io.refkeeper.ingest.reader.ContentHash;
import io.refkeeper.ingest.reader.RowReader;
import io.refkeeper.ingest.reader.RowReaders;
import io.refkeeper.ingest.transform.RowTransformer;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.VerifiedForeignKeys;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.dao.ConcurrencyFailureException;

/** Begins a load: finds its domains, locks its fact tables, enters it in the ledger. */
final class LoadOpening {

  private static final int HELD_CHUNKS_IN_MEMORY = 2;

  /** A row takes ten times its characters in the heap; to write it to the disk takes little. */
  private static final int HELD_ROWS_IN_MEMORY = 2_000;

  /** Files below this size, in bytes, are hashed before anything else: it takes no time. */
  private static final long HASHED_FIRST = 8 << 20;

  private final Configuration configuration;
  private final Catalog catalog;
  private final Ledger ledger;
  private final DomainMatcher matcher;
  private final Freshness freshness;
  private final VerifiedForeignKeys verified;
  private final FactRefusals refusals;

  private final Path spillFolder;
  private final int heldRowsInMemory;

  LoadOpening(
      DataSource target,
      Configuration configuration,
      Ledger ledger,
      Path spillFolder,
      int rowsPerChunk) {
    this.configuration = configuration;
    this.catalog = new Catalog(target);
    this.ledger = ledger;
    this.matcher = new DomainMatcher(configuration.domains());
    this.freshness = new Freshness(target, configuration, Clock.systemUTC());
    this.verified = new VerifiedForeignKeys(target);
    this.refusals = new FactRefusals(target);

    this.spillFolder = spillFolder;
    this.heldRowsInMemory = Math.min(HELD_ROWS_IN_MEMORY, HELD_CHUNKS_IN_MEMORY * rowsPerChunk);
  }

  FileLoad open(Delivery delivery) {
    List<Target> targets =
        matcher.match(delivery).stream()
            .map(domain -> new Target(domain, LoadTables.factOid(catalog, domain)))
            .toList();
    ledger.lock(targets, delivery.dryRun());
    CrashPoint.TABLES_LOCKED.pass();
    FileLoad file = new FileLoad(delivery);
    if (!hashesWhileReading(delivery, targets)) {
      file.hashed(ContentHash.of(delivery.file()));
    }
    CrashPoint.FILE_HASHED.pass();
    try {
      for (Target target : targets) {
        verified.lock(LoadTables.factName(target.domain()));
        open(file, target);
      }
      return file;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Whether the content's hash can wait until the file is read for its rows. It cannot when the
   * file may be loaded already, which is better known before than after the work.
   */
  private boolean hashesWhileReading(Delivery delivery, List<Target> targets) {
    return targets.size() == 1
        && !delivery.force()
        && delivery.size() >= HASHED_FIRST
        && RowReaders.sheetNames(delivery.file(), delivery.name()).isEmpty()
        && !ledger.mayHoldContent(targets.get(0).domain(), delivery.size());
  }

  private void open(FileLoad file, Target target) {
    Ledger.Entry entry = ledger.open(file.delivery(), target.domain(), file.sha256());
    if (entry instanceof Ledger.LoadedBefore before) {
      file.hashed(before.sha256());
      file.addCommittedBefore(before.result());
    } else if (entry instanceof Ledger.Opened opened) {
      CrashPoint.LEDGER_ENTERED.pass();
      List<Freshness.Lack> degraded = freshness.degraded(target.domain());
      degraded.forEach(file::addDegraded);
      file.add(load(file.delivery(), target, opened.loadRunId(), !degraded.isEmpty()));
    }
  }

  private DomainLoad load(Delivery delivery, Target target, long loadRunId, boolean degraded) {
    Domain domain = target.domain();
    LoadTables tables = LoadTables.read(catalog, target);
    RowReader reader =
        RowReaders.open(delivery.file(), delivery.name(), domain.format(), domain.sheets());
    try {

      RowTransformer transformer =
          new RowTransformer(
              domain, reader.header(), tables.fact(), tables.keyColumns(), delivery.name());
      Parents parents = parents(domain, tables, transformer);
      RowSource rows = RowSource.of(reader, transformer);
      return new DomainLoad(
          delivery,
          domain,
          tables.fact(),
          loadRunId,
          rows,
          parents,
          checks(domain, tables.fact(), parents.foreignKeys(), rows.columns()),
          degraded,
          Scopes.of(domain, tables.fact(), rows.columns()),
          () -> new HeldRows(heldRowsInMemory, spillFolder));
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  Checks checks(Domain domain, Table factTable, List<BoundForeignKey> keys, List<String> columns) {
    String obstacle;
    if (domain.fkCheck() == ForeignKeyCheck.DATABASE) {
      obstacle = "configured so (fk_check: database)";
    } else if (domain.loadMode() == LoadMode.UPSERT) {
      obstacle = "load_mode upsert writes by INSERT";
    } else {
      verified.assertOrigin();
      obstacle = verified.obstacle(factTable, keys, columns).orElse(null);
    }
    boolean unproven = obstacle != null && verified.unproven(factTable, keys, columns).isPresent();
    return new Checks(obstacle, refusals.of(factTable, columns, unproven));
  }

  /**
   * Asserts that nothing has come up during the load that the proof does not cover: a partition
   * with triggers of its own. Everything else would have had to wait for the load's locks.
   *
   * @throws ConcurrencyFailureException otherwise; when it is repeated, the load sees it at once
   */
  void assertStillVerified(DomainLoad load) {
    if (!load.checks().foreignKeysVerified() || !load.factTable().isPartitioned()) {
      return;
    }
    verified
        .obstacle(load.factTable(), load.parents().foreignKeys(), load.rows().columns())
        .ifPresent(
            obstacle -> {
              throw new ConcurrencyFailureException(
                  "%s was changed during the load: %s"
                      .formatted(load.factTable().name(), obstacle));
            });
  }

  private Parents parents(Domain domain, LoadTables tables, RowTransformer transformer) {
    ManagementPolicy policy = configuration.management();
    boolean derive = policy.backfill().enabled() && policy.strategy() != Strategy.PRELOAD_ONLY;
    List<Parent> parents = new ArrayList<>();
    for (ForeignKeyRule rule : DependencyOrder.sort(domain.foreignKeys())) {
      BoundForeignKey key = bind(rule, tables, transformer);
      boolean derived = derive && rule.onUnknown() == OnUnknown.BACKFILL;
      boolean filled = derived && rule.mode() == Mode.FILL_NULL_ONLY && policy.backfill().always();
      parents.add(
          new Parent(
              key,
              new KeyStates(),
              derived ? derivation(key, tables.fact(), transformer) : null,
              filled ? derivation(key, tables.fact(), transformer) : null));
    }
    return new Parents(List.copyOf(parents));
  }

  private static Derivation derivation(
      BoundForeignKey key, Table factTable, RowTransformer transformer) {
    return new Derivation(
        key,
        transformer::indexOf,
        column -> factTable.column(column).map(Column::baseType).orElse(Derivation.AS_WRITTEN));
  }

  static BoundForeignKey bind(ForeignKeyRule rule, LoadTables tables, RowTransformer transformer) {
    Table parent = tables.parent(rule);
    List<Column> keyColumns = new ArrayList<>();
    List<String> castTypes = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < rule.targetKey().size(); i++) {
      String source = rule.sourceColumns().get(i);
      Column keyColumn =
          parent
              .column(rule.targetKey().get(i))
              .orElseThrow(() -> LoadTables.missing(parent.name()));
      keyColumns.add(keyColumn);
      castTypes.add(tables.fact().column(source).orElse(keyColumn).baseDeclaredType());
      positions.add(transformer.indexOf(source));
    }
    return new BoundForeignKey(rule, parent, keyColumns, castTypes, positions);
  }
}
