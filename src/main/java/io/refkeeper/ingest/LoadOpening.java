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
import io.refkeeper.database.TableName;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.DomainLoad.Checks;
import io.refkeeper.ingest.DomainLoad.Parent;
import io.refkeeper.ingest.DomainLoad.Parents;
import io.refkeeper.ingest.Ledger.Target;
import io.refkeeper.ingest.reader.ContentHash;
import io.refkeeper.ingest.reader.RowReader;
import io.refkeeper.ingest.reader.RowReaders;
import io.refkeeper.ingest.transform.RowTransformer;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.VerifiedForeignKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Begins a load: finds its domains, locks its fact tables, enters it in the ledger. */
final class LoadOpening {

  private static final int HELD_CHUNKS_IN_MEMORY = 2;

  /** Files below this size, in bytes, are hashed before anything else: it takes no time. */
  private static final long HASHED_FIRST = 8 << 20;

  private final Configuration configuration;
  private final Catalog catalog;
  private final Ledger ledger;
  private final DomainMatcher matcher;
  private final Freshness freshness;
  private final VerifiedForeignKeys verified;
  private final FactRefusals refusals;
  private final JdbcClient jdbc;
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
    this.freshness = new Freshness(target, configuration);
    this.verified = new VerifiedForeignKeys(target);
    this.refusals = new FactRefusals(target);
    this.jdbc = JdbcClient.create(target);
    this.spillFolder = spillFolder;
    this.heldRowsInMemory = HELD_CHUNKS_IN_MEMORY * rowsPerChunk;
  }

  FileLoad open(Delivery delivery) {
    List<Target> targets =
        matcher.match(delivery).stream()
            .map(domain -> new Target(domain, table(domain.targetSchema(), domain.targetTable())))
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
        verified.lock(target.table());
        open(file, asLocked(target));
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

  /** The table may have been altered, or made anew, before it was locked. */
  private Target asLocked(Target target) {
    Table locked = table(target.domain().targetSchema(), target.domain().targetTable());
    if (locked.oid() != target.table().oid()) {
      throw new ConcurrencyFailureException(locked.name() + " was replaced by another session");
    }
    return new Target(target.domain(), locked);
  }

  private void open(FileLoad file, Target target) {
    Ledger.Entry entry = ledger.open(file.delivery(), target, file.sha256());
    if (entry instanceof Ledger.LoadedBefore before) {
      file.hashed(before.sha256());
      file.addCommittedBefore(before.result());
    } else if (entry instanceof Ledger.Opened opened) {
      CrashPoint.LEDGER_ENTERED.pass();
      List<String> degraded = freshness.degradedReasons(target.domain());
      degraded.forEach(file::addDegradedReason);
      file.add(load(file.delivery(), target, opened.loadRunId(), !degraded.isEmpty()));
    }
  }

  private DomainLoad load(Delivery delivery, Target target, long loadRunId, boolean degraded) {
    Domain domain = target.domain();
    RowReader reader =
        RowReaders.open(delivery.file(), delivery.name(), domain.format(), domain.sheets());
    try {
      Map<ForeignKeyRule, Table> parentTables = parentTables(domain);
      RowTransformer transformer =
          new RowTransformer(
              domain, reader.header(), target.table(), keyColumns(parentTables), delivery.name());
      Parents parents = parents(domain, target.table(), parentTables, transformer);
      RowSource rows = RowSource.of(reader, transformer);
      return new DomainLoad(
          delivery,
          domain,
          target.table(),
          loadRunId,
          rows,
          parents,
          checks(domain, target.table(), parents.foreignKeys(), rows.columns()),
          degraded,
          () -> new HeldRows(heldRowsInMemory, spillFolder));
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private Checks checks(
      Domain domain, Table factTable, List<BoundForeignKey> keys, List<String> columns) {
    String obstacle;
    if (domain.fkCheck() == ForeignKeyCheck.DATABASE) {
      obstacle = "configured so (fk_check: database)";
    } else if (domain.loadMode() == LoadMode.UPSERT) {
      obstacle = "load_mode upsert writes by INSERT";
    } else {
      verified.assertOrigin();
      obstacle = verified.obstacle(factTable, keys, columns).orElse(null);
    }
    return new Checks(obstacle, refusals.of(factTable, columns, keys));
  }

  /**
   * Asserts that nothing has come up during the load that the proof does not cover, such as a
   * partition with triggers of its own.
   *
   * @throws ConcurrencyFailureException otherwise; when it is repeated, the load sees it at once
   */
  void assertStillVerified(DomainLoad load) {
    if (!load.checks().foreignKeysVerified()) {
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

  /** Read once a load: a small file takes longer to ask the catalogue than to copy. */
  private Map<ForeignKeyRule, Table> parentTables(Domain domain) {
    Map<ForeignKeyRule, Table> tables = new LinkedHashMap<>();
    for (ForeignKeyRule rule : domain.foreignKeys()) {
      tables.put(rule, table(rule.targetSchema(), rule.targetTable()));
    }
    return tables;
  }

  private static Map<String, Column> keyColumns(Map<ForeignKeyRule, Table> parentTables) {
    Map<String, Column> columns = new HashMap<>();
    parentTables.forEach(
        (rule, parent) -> {
          for (int i = 0; i < rule.sourceColumns().size(); i++) {
            String source = rule.sourceColumns().get(i);
            parent
                .column(rule.targetKey().get(i))
                .ifPresent(key -> columns.putIfAbsent(source, key));
          }
        });
    return columns;
  }

  private Parents parents(
      Domain domain,
      Table factTable,
      Map<ForeignKeyRule, Table> parentTables,
      RowTransformer transformer) {
    ManagementPolicy policy = configuration.management();
    boolean derive = policy.backfill().enabled() && policy.strategy() != Strategy.PRELOAD_ONLY;
    List<Parent> parents = new ArrayList<>();
    for (ForeignKeyRule rule : DependencyOrder.sort(domain.foreignKeys())) {
      BoundForeignKey key = bind(rule, parentTables.get(rule), factTable, transformer);
      boolean derived = derive && rule.onUnknown() == OnUnknown.BACKFILL;
      boolean filled = derived && rule.mode() == Mode.FILL_NULL_ONLY && policy.backfill().always();
      parents.add(
          new Parent(
              key,
              new KeyStates(),
              derived ? derivation(key, factTable, transformer) : null,
              filled ? derivation(key, factTable, transformer) : null,
              isEmpty(key.parent())));
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

  private static BoundForeignKey bind(
      ForeignKeyRule rule, Table parent, Table factTable, RowTransformer transformer) {
    List<Column> keyColumns = new ArrayList<>();
    List<String> castTypes = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < rule.targetKey().size(); i++) {
      String source = rule.sourceColumns().get(i);
      Column keyColumn =
          parent
              .column(rule.targetKey().get(i))
              .orElseThrow(() -> missing(rule.targetSchema() + "." + rule.targetTable()));
      keyColumns.add(keyColumn);
      castTypes.add(factTable.column(source).orElse(keyColumn).baseDeclaredType());
      positions.add(transformer.indexOf(source));
    }
    return new BoundForeignKey(rule, parent, keyColumns, castTypes, positions);
  }

  private boolean isEmpty(Table table) {
    return jdbc.sql("select not exists (select 1 from %s)".formatted(table.name().sql()))
        .query(Boolean.class)
        .single();
  }

  private Table table(String schema, String name) {
    TableName table = new TableName(schema, name);
    return catalog.table(table).orElseThrow(() -> missing(table.toString()));
  }

  private static ProblemException missing(String table) {
    return new ProblemException(
        new Problem(
            "table_missing",
            "The database has no table %s as configured; nothing was loaded".formatted(table),
            table,
            "run refkeeper check, which lists everything that is missing"));
  }
}
