package io.refkeeper.ingest.reader;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes a UTF-8 file holds, the scanner finds the rows that the parser finds. */
class ScannerFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void scannerAndParserFindTheSameRows(byte[] content) throws IOException {
    Optional<String> difference = TwoReaders.difference(FuzzedFile.write(content));
    if (difference.isPresent()) {
      throw new IllegalStateException(difference.get());
    }
  }

  static Stream<byte[]> seeds() {
    return FuzzedFile.seeds(false);
  }
}
