package io.refkeeper.ingest.reader;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes a text file holds, they give rows or a rejection. */
class CsvFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void anyTextGivesRowsOrARejection(byte[] content) throws IOException {
    FuzzedFile.read(content);
  }

  static Stream<byte[]> seeds() {
    return FuzzedFile.seeds(false);
  }
}
