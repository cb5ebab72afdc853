package io.refkeeper.ingest.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ColumnRule.Otherwise;
import io.refkeeper.ingest.reader.PlainRecord;
import io.refkeeper.ingest.reader.RowReader;
import io.refkeeper.ingest.reader.RowReaders;
import io.refkeeper.ingest.reader.SourceRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Where a plain record is accepted, its values are those that the transformer gives. */
class PlainColumnsTest {

  private static final String[] FIELDS = {
    "",
    "",
    "1",
    "-1",
    "007",
    "-0",
    "12.50",
    "1.",
    ".5",
    "1e3",
    "9999999.99",
    "99999999999",
    "1,5",
    "abc",
    "ABC ",
    " abc",
    "计划",
    "　计划",
    "计划　",
    "é",
    "x" + "y".repeat(30),
    "计".repeat(12),
    "-",
    "空白",
    "#N/A",
    "#1",
    "合计",
    "2025-10-01",
    "202510",
    "2025年10月",
    "2025-02-30",
    "true",
    "是",
    "企年",
    "北京",
    "1７",
    "12%",
    "𠮷",
    "a\u00a0"
  };

  @TempDir Path folder;

  @RepeatedTest(5)
  void randomRecords() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("text,short,number,amount,day,flag,mapped,needed\n");
    for (int row = 0; row < 2000; row++) {
      for (int column = 0; column < 8; column++) {
        csv.append(column == 0 ? "" : ",").append(field(random, column));
      }
      csv.append(random.nextInt(50) == 0 ? ",extra\n" : "\n");
    }
    Path file = Files.writeString(folder.resolve("f.csv"), csv);
    SampleDomain domain =
        new SampleDomain()
            .required("text", "text")
            .varchar("short", 12)
            .column("number", "int4")
            .numeric("amount", 8, 2)
            .column("day", "date")
            .column("flag", "bool")
            .column("mapped", "text")
            .column("needed", "text")
            .map("mapped", "mapped", Map.of("企年", "PL1", "", "none"), new Otherwise(true, "other"))
            .skipEquals("text", "合计")
            .skipBlank("number");
    int accepted = 0;
    int refused = 0;
    try (RowReader records = RowReaders.open(file, domain.domain().format(), List.of());
        RowReader rows = RowReaders.open(file, domain.domain().format(), List.of())) {
      RowTransformer transformer = domain.transformer(rows.header().toArray(String[]::new));
      PlainColumns columns =
          domain.transformer(rows.header().toArray(String[]::new)).plainColumns().orElseThrow();
      for (SourceRow row = rows.next(); row != null; row = rows.next()) {
        TransformedRow expected = transformer.transform(row);
        PlainRecord record = records.peekPlain();
        if (record != null && columns.accepts(record)) {
          accepted++;
          assertThat(expected)
              .as("seed %d, line %d", seed, row.line())
              .isInstanceOf(TransformedRow.Loadable.class);
          assertThat(texts(columns))
              .as("seed %d, line %d", seed, row.line())
              .isEqualTo(Arrays.asList(((TransformedRow.Loadable) expected).values()));
        } else {
          refused++;
        }
        records.next();
      }
    }
    assertThat(accepted).as("seed %d", seed).isGreaterThan(50);
    assertThat(refused).isGreaterThan(50);
  }

  /** Mostly what fits the column. */
  private static String field(Random random, int column) {
    String[] fitting = {"计划A", "abc", "42", "12.50", "2025-10-01", "true", "企年", "x"};
    return random.nextInt(10) < 8
        ? fitting[column]
        : FIELDS[random.nextInt(FIELDS.length)].replace(",", ";");
  }

  private static List<String> texts(PlainColumns columns) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      texts.add(columns.text(i));
    }
    return texts;
  }
}
