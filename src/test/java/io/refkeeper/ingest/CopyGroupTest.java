package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyGroupTest {

  @TempDir Path folder;

  @Test
  void aFileOfTenGigabytesTakesAboutSixtySavepoints() {
    RowEncoder encoder = new RowEncoder(1, null, List.of());
    CopyBatch batch = new CopyBatch(CopyBatch.Form.KEPT, encoder, Scopes.none());
    int groups = 0;
    try (CopyGroup group = new CopyGroup(() -> new HeldRows(1, folder))) {
      for (int chunk = 0; chunk < 15_000; chunk++) {
        group.add(batch);
        if (group.isWhole()) {
          groups++;
          group.next();
        }
      }
    }
    assertThat(groups).isBetween(55, 66);
  }
}
