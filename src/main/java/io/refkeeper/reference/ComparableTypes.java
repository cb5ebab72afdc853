package io.refkeeper.reference;

import io.refkeeper.database.Table.Column;
import java.util.List;
import java.util.Set;

/** Which PostgreSQL types a foreign key may have at its two ends. */
final class ComparableTypes {

  private static final List<Set<String>> FAMILIES =
      List.of(
          Set.of("text", "varchar", "bpchar", "name", "citext"),
          Set.of("int2", "int4", "int8", "numeric", "float4", "float8"),
          Set.of("date", "timestamp", "timestamptz"));

  private ComparableTypes() {}

  static boolean comparable(Column first, Column second) {
    return first.baseType().equals(second.baseType())
        || FAMILIES.stream()
            .anyMatch(
                family -> family.contains(first.baseType()) && family.contains(second.baseType()));
  }
}
