package io.refkeeper.runtime;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of one shop, which is as it was before each of them. */
public abstract class InShop {

  @TempDir protected static Path home;

  protected static GovernanceFixture shop;

  @BeforeAll
  static void open() throws Exception {
    shop = new GovernanceFixture(home);
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void reset() {
    shop.reset();
  }
}
