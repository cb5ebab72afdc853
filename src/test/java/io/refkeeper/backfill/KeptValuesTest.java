package io.refkeeper.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A wrong file has another value in every row: what is kept of them is bounded, and said. */
class KeptValuesTest {

  private final KeptValues.Room room = new KeptValues.Room();

  private static String[] row(String value) {
    return new String[] {value};
  }

  @Test
  void ofAKeyAThousandValuesAreJoinedAndTheStewardHearsThatThereWereMore() {
    Aggregator joined = DistinctValues.joined(0, "+", false, room);
    IntStream.range(0, 1_000).forEach(i -> joined.add(row("v" + i)));
    assertThat(joined.conflicts()).isEmpty();
    joined.add(row("v0"));
    assertThat(joined.conflicts()).isEmpty();
    joined.add(row("one more"));

    assertThat(joined.result())
        .isEqualTo(
            IntStream.range(0, 1_000).mapToObj(i -> "v" + i).collect(Collectors.joining("+")));
    assertThat(joined.conflicts())
        .containsExactly(
            "… (further values were left out: 1,000 of a key are kept, and 32 MB of all keys)");
  }

  @Test
  void theMostFrequentValueIsOneOfTheFirstThousand() {
    Aggregator frequent = new MostFrequentValue(0, room);
    IntStream.range(0, 1_000).forEach(i -> frequent.add(row("v" + i)));
    frequent.add(row("v7"));
    IntStream.range(0, 10).forEach(i -> frequent.add(row("late")));

    assertThat(frequent.result()).isEqualTo("v7");
    assertThat(frequent.conflicts()).containsExactly("v0", "v1", "v2", "v3", "v4", KeptValues.NOTE);
  }

  @Test
  void theValuesOfAllKeysTogetherAreBoundedToo() {
    Aggregator counted = DistinctValues.counted(0, room);
    IntStream.range(0, 1_000_000).forEach(i -> counted.add(row("value %07d".formatted(i))));

    assertThat(Integer.parseInt(counted.result())).isBetween(200_000, 300_000);
    assertThat(counted.conflicts()).containsExactly(KeptValues.NOTE);

    Aggregator next = DistinctValues.joined(0, "+", true, room);
    next.add(row("a long value after the room is full"));
    next.add(row("b"));
    next.add(row("and another long value, which finds none"));
    assertThat(next.result()).startsWith("a long value after the room is full");
    assertThat(next.conflicts()).containsExactly(KeptValues.NOTE);
  }

  @Test
  void whatWasLeftOutOfOneSpellingIsLeftOutOfTheKey() {
    Aggregator first = DistinctValues.joined(0, "+", false, room);
    Aggregator later = DistinctValues.joined(0, "+", false, room);
    first.add(row("v0"));
    IntStream.range(0, 1_001).forEach(i -> later.add(row("v" + i)));
    first.merge(later);

    assertThat(first.result()).startsWith("v0+v1+").endsWith("+v999");
    assertThat(first.conflicts()).containsExactly(KeptValues.NOTE);
  }
}
