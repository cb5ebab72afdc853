package io.refkeeper.faults;

import io.refkeeper.testing.TestPostgres;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What goes wrong around a process that goes on. */
enum Fault {
  /** The server ends all sessions of refkeeper, as an administrator does. */
  TERMINATE {
    @Override
    void strike(World world, Random random) {
      world.jdbc.queryForList(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and application_name like 'refkeeper%'");
    }
  },
  /** Both ends hear that the connections are gone. */
  RESET {
    @Override
    void strike(World world, Random random) {
      world.network.reset();
    }
  },
  /** Only refkeeper hears it; at the server its old sessions hold their locks. */
  LOSE_CLIENTS {
    @Override
    void strike(World world, Random random) {
      world.network.loseClients();
    }
  },
  /** The network is silent for a while, then the connections are gone. */
  SILENCE {
    @Override
    void strike(World world, Random random) {
      world.network.beSilent();
      CompletableFuture.delayedExecutor(200 + random.nextInt(300), TimeUnit.MILLISECONDS)
          .execute(world.network::heal);
    }
  },
  /** The connections are cut in the middle of whatever is sent next. */
  CUT {
    @Override
    void strike(World world, Random random) {
      world.network.cutAfter(1 + random.nextInt(3000));
    }
  },
  /** The next COMMIT is done, and its answer lost. */
  LOSE_COMMIT {
    @Override
    void strike(World world, Random random) {
      world.network.loseNextCommit();
    }
  },
  /** Every packet takes its time. */
  DELAY {
    @Override
    void strike(World world, Random random) {
      world.network.delay(Duration.ofMillis(2 + random.nextInt(5)));
    }
  },
  /** The server stops as in a power failure, and starts again. */
  STOP_SERVER {
    @Override
    void strike(World world, Random random) {
      TestPostgres.restartAsAfterPowerFailure();
    }
  };

  abstract void strike(World world, Random random);
}
