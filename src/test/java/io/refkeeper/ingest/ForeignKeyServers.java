package io.refkeeper.ingest;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.testing.TestPostgres;
import io.refkeeper.testing.TestPostgres.Server;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The tables and domains of some cases on the oldest and the newest supported PostgreSQL. */
final class ForeignKeyServers implements AutoCloseable {

  private final Map<Server, IngestFixture> fixtures = new EnumMap<>(Server.class);

  ForeignKeyServers(Path home, List<ForeignKeyCase> cases) throws Exception {
    for (Server server : Server.values()) {
      HikariDataSource database = TestPostgres.newDatabase(server);
      fixtures.put(
          server,
          IngestFixture.on(
              database,
              home.resolve(server.name()),
              ForeignKeyCase.allTables(cases),
              ForeignKeyCase.allDomains(cases)));
    }
  }

  IngestFixture on(Server server) {
    return fixtures.get(server);
  }

  @Override
  public void close() {
    fixtures.values().forEach(IngestFixture::close);
  }
}
