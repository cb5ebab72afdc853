package io.refkeeper.ingest.reader;

import io.refkeeper.config.Domain.FileFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Workbooks in a folder, and the reader of them. */
abstract class XlsxFixture {

  @TempDir Path folder;

  Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("facts.xlsx");
  }

  List<SourceRow> read(int headerRow, String... sheets) {
    List<SourceRow> rows = new ArrayList<>();
    FileFormat format = new FileFormat("auto", "auto", headerRow);
    try (RowReader reader = RowReaders.open(file, format, List.of(sheets))) {
      for (SourceRow row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }
}
