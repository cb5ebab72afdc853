package io.refkeeper.backfill;

import io.refkeeper.config.ForeignKeyRule.Aggregation;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.database.Table.Column;
import io.refkeeper.reference.BoundForeignKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * The parents that one load wants for one foreign key, gathered row by row. Not thread-safe.
 *
 * <p>The key columns come from the key itself; every other configured column has an aggregation
 * over all rows that name the key.
 */
public final class Derivation {

  private static final Set<String> NUMBERS =
      Set.of("int2", "int4", "int8", "numeric", "float4", "float8");

  /** The type of a column that is read from the file for derivation alone. */
  public static final String AS_WRITTEN = "as_written";

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,100}(\\.[0-9]{1,100})?");

  private final BoundForeignKey foreignKey;
  private final List<DerivedColumn> columns;
  private final Map<Object, Candidate> candidates = new LinkedHashMap<>();
  private final KeptValues.Room room = new KeptValues.Room();
  private final BitSet positions = new BitSet();
  private long insertNanos;

  /**
   * A column of the parent besides its key.
   *
   * @param aggregators makes one aggregator a key; null when the file lacks an optional source
   */
  record DerivedColumn(Column column, boolean optional, Supplier<Aggregator> aggregators) {}

  /**
   * @param positionOf a column's position in a row's values; negative when the file lacks it
   * @param typeOf the base type of a column's values, {@link #AS_WRITTEN} when it is no fact column
   */
  public Derivation(
      BoundForeignKey foreignKey,
      ToIntFunction<String> positionOf,
      Function<String, String> typeOf) {
    this.foreignKey = foreignKey;
    this.columns = new ArrayList<>();
    ToIntFunction<String> readFrom = name -> read(positionOf.applyAsInt(name));
    for (BackfillColumn column : foreignKey.rule().backfillColumns()) {
      if (!foreignKey.rule().targetKey().contains(column.target())) {
        columns.add(
            new DerivedColumn(
                foreignKey.parent().column(column.target()).orElseThrow(),
                column.optional(),
                aggregators(column, readFrom, typeOf)));
      }
    }
  }

  private int read(int position) {
    if (position >= 0) {
      positions.set(position);
    }
    return position;
  }

  /** Which of a row's values parents are made from, besides the key's. Not to be changed. */
  public BitSet positions() {
    return positions;
  }

  private Supplier<Aggregator> aggregators(
      BackfillColumn column, ToIntFunction<String> positionOf, Function<String, String> typeOf) {
    Aggregation aggregation = column.aggregation();
    int position = column.source() == null ? -1 : positionOf.applyAsInt(column.source());
    if (column.source() != null && position < 0) {
      return null;
    }
    return switch (aggregation.type()) {
      case FIRST -> () -> new FirstValue(position);
      case MOST_FREQUENT -> () -> new MostFrequentValue(position, room);
      case MAX_BY -> {
        int order = positionOf.applyAsInt(aggregation.orderColumn());
        if (order < 0) { // an optional column, and the file lacks what would order it
          yield () -> new FirstValue(position);
        }
        Comparator<String> comparator = comparator(typeOf.apply(aggregation.orderColumn()));
        yield () -> new ValueOfMaximum(position, order, comparator);
      }
      case CONCAT_DISTINCT ->
          () -> DistinctValues.joined(position, aggregation.separator(), aggregation.sort(), room);
      case COUNT_DISTINCT -> () -> DistinctValues.counted(position, room);
      case TEMPLATE -> {
        var pieces = TemplateText.compile(aggregation.template(), positionOf);
        yield pieces == null ? null : () -> TemplateText.text(pieces, room);
      }
      case JSONB_APPEND -> {
        var pieces = TemplateText.compile(aggregation.template(), positionOf);
        yield pieces == null ? null : () -> TemplateText.jsonArray(pieces, room);
      }
    };
  }

  /**
   * Numbers by value; everything else by its text, which for ISO dates is the order of time. A
   * column of the file that no fact column takes has no type: what looks like a number is one.
   */
  private static Comparator<String> comparator(String baseType) {
    if (NUMBERS.contains(baseType)) {
      return Comparator.comparing(BigDecimal::new);
    }
    return baseType.equals(AS_WRITTEN)
        ? Comparator.comparing(Derivation::number, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Comparator.naturalOrder())
        : Comparator.naturalOrder();
  }

  private static BigDecimal number(String value) {
    String plain = value.replace(",", "");
    return NUMBER.matcher(plain).matches() ? new BigDecimal(plain) : null;
  }

  /** Takes a row that names the key into account. */
  public void add(Object key, String sheet, long line, String[] values) {
    candidates.computeIfAbsent(key, k -> newCandidate(k, sheet, line)).add(values);
  }

  private Candidate newCandidate(Object key, String sheet, long line) {
    Aggregator[] aggregators = new Aggregator[columns.size()];
    for (int i = 0; i < aggregators.length; i++) {
      Supplier<Aggregator> supplier = columns.get(i).aggregators();
      aggregators[i] = supplier == null ? null : supplier.get();
    }
    return new Candidate(key, sheet, line, aggregators);
  }

  /**
   * Unites candidates that are one key for the database; the first spelling stays.
   *
   * @param leaders for each candidate, in order, the position of the first one of its group
   */
  void unite(int[] leaders) {
    List<Candidate> all = List.copyOf(candidates.values());
    for (int i = 0; i < leaders.length; i++) {
      if (leaders[i] != i) {
        Candidate leader = all.get(leaders[i]);
        leader.merge(all.get(i));
        candidates.put(all.get(i).key(), leader);
      }
    }
  }

  public BoundForeignKey foreignKey() {
    return foreignKey;
  }

  /** Every wanted parent once, in the order of the file. */
  public List<Candidate> candidates() {
    return List.copyOf(new java.util.LinkedHashSet<>(candidates.values()));
  }

  /** The candidate of a key, whatever its spelling; null when the key is not wanted. */
  public Candidate candidate(Object key) {
    return candidates.get(key);
  }

  /** All spellings of all wanted keys, in the order of the file. */
  public Collection<Object> keys() {
    return candidates.keySet();
  }

  void addInsertNanos(long nanos) {
    insertNanos += nanos;
  }

  /** Time that the INSERTs of its parents have taken so far, in nanoseconds. */
  public long insertNanos() {
    return insertNanos;
  }

  List<DerivedColumn> columns() {
    return columns;
  }
}
