package io.refkeeper.sync;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table;
import io.refkeeper.problem.Problem;
import io.refkeeper.reference.ReferenceTables;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Looks at sources without a sync: whether they answer, and have what a sync would ask for. */
public final class SourceInspection {

  private final Sources sources;
  private final SyncSettings settings;
  private final Catalog catalog;

  public SourceInspection(Configuration configuration, SyncSettings settings, DataSource target) {
    this.sources = Sources.open(configuration, settings, null);
    this.settings = settings;
    this.catalog = new Catalog(target);
  }

  /** Why a table's source cannot be reached now, if so. */
  public Optional<Problem> unreachable(ReferenceSource source) {
    return sources.of(source.sourceType()).probe(source);
  }

  /**
   * What a sync of the table would stumble over at a source that can be reached. Nothing when the
   * target lacks a column: that is no fault of the source.
   */
  public List<Problem> problems(ReferenceSource source) {
    Optional<Table> target = catalog.table(ReferenceTables.of(source));
    if (target.isEmpty() || !hasColumns(target.get(), source)) {
      return List.of();
    }
    return sources.of(source.sourceType()).inspect(TableRun.alone(source, target.get(), settings));
  }

  private static boolean hasColumns(Table target, ReferenceSource source) {
    return source.targetKey().stream().allMatch(name -> target.column(name).isPresent())
        && source.sourceConfig().columns().values().stream()
            .allMatch(name -> target.column(name).isPresent());
  }
}
