package io.refkeeper.faults;

import io.refkeeper.config.SourceConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tables and the configuration of a {@link World}: small chunks, short waits. */
final class WorldFiles {

  /** Deleting a plan takes its appended facts along: a sync must never let that happen. */
  static final String TABLES =
      """
      create schema f;
      create table f.plan (code text primary key, name text);
      create table f.branch (code text primary key, name text);
      insert into f.plan values ('P1', 'one'), ('P2', 'two'), ('P3', 'three');
      insert into f.branch values ('B1', 'one');
      create table f.line (code text primary key, name text);
      create table f.append (
        day date not null, item text, plan text references f.plan on delete cascade,
        branch text references f.branch, amount numeric(12, 2) not null,
        note text check (note <> 'refused'));
      create table f.replace (like f.append including constraints,
        foreign key (plan) references f.plan, foreign key (branch) references f.branch);
      create table f.upsert (like f.append including constraints, primary key (day, item),
        foreign key (plan) references f.plan, foreign key (branch) references f.branch);
      """;

  /** What the ledger of syncs looks like when all parents have been synced just now. */
  static final String SYNCED =
      """
      insert into refkeeper.sync_run (trigger, instance, finished_at)
        values ('manual', 'harness', now());
      insert into refkeeper.sync_table_run
        (sync_run_id, table_schema, table_name, source_type, strategy, status)
        select id, 'f', 'plan', 'config_file', 'full_replace', 'ok' from refkeeper.sync_run;
      insert into refkeeper.source_key (table_schema, table_name, key, sync_run_id)
        select 'f', 'plan', array[code], r.id from f.plan, refkeeper.sync_run r
      """;

  private static final String DOMAIN =
      """
        %1$s:
          files: ["%1$s*.csv"]
          target_schema: f
          target_table: %1$s
          load_mode: %1$s
          %2$s
          skip_rows: [{column: day, equals: [total]}]
          foreign_keys:
            - name: fk_plan
              source_column: plan
              target_schema: f
              target_table: plan
              target_key: code
              key_pattern: "P[0-9]+"
              backfill_columns: [{source: plan_name, target: name, optional: true}]
            - name: fk_branch
              source_column: branch
              target_schema: f
              target_table: branch
              target_key: code
      """;

  private static final String LEGACY =
      """
        line:
          target_schema: f
          source_type: legacy_mysql
          source_config: {connection: hub, table: line, key_column: code}
          sync_strategy: full_replace
          schedule: manual
          max_shrink: 1
      connections:
        hub:
          {type: mysql, host: 127.0.0.1, port: %d, database: %s, user: reader, password: '${LEGACY_PASSWORD}', tls: disabled}
      """;

  private WorldFiles() {}

  static void write(Path home, int mailPort, SourceConnection legacy) throws IOException {
    for (String folder : List.of("config", "reference-data", "inbox")) {
      Files.createDirectories(home.resolve(folder));
    }
    Path config = home.resolve("config");
    Files.writeString(
        config.resolve("data_sources.yml"),
        """
        defaults:
          limits:
            {max_unknown_ratio: 1, max_new_parents: 100000, max_quarantined_ratio: 0.5, min_rows: 1}
        domains:
        """
            + DOMAIN.formatted("append", "")
            + DOMAIN.formatted("replace", "replace_by: [day]")
            + DOMAIN.formatted("upsert", "upsert_by: [day, item]"));
    Files.writeString(
        config.resolve("reference_management.yml"),
        """
        strategy: hybrid
        time_zone: UTC
        preload: {enabled: true, catch_up_missed: false}
        validation: {enabled: false}
        backfill: {notification_channel: stewards}
        notifications:
          channels: {stewards: {email: [stewards@example.com], webhook: "%s"}}
        """
            .formatted(Receivers.webhookUrl()));
    Files.writeString(
        config.resolve("reference_sources.yml"),
        """
        reference_tables:
          plan:
            target_schema: f
            source_type: config_file
            source_config: {file_path: reference-data/plans.csv, format: csv, key_column: code}
            sync_strategy: full_replace
            schedule: manual
            max_shrink: 1
        """
            + (legacy == null ? "" : LEGACY.formatted(legacy.port(), legacy.database())));
    Files.writeString(
        home.resolve("reference-data/plans.csv"), "code,name\nP1,one\nP2,two\nP3,three\n");
    Files.writeString(
        config.resolve("application.properties"),
        """
        refkeeper.load.chunk-size = 10
        refkeeper.load.retries = 3
        refkeeper.load.backoff = 30
        refkeeper.release.interval = 500
        refkeeper.inbox.poll-interval = 40
        refkeeper.inbox.leftovers-interval = 100
        refkeeper.notification.period = 50
        refkeeper.notification.lease = PT1S
        refkeeper.notification.backoff = PT0.1S
        refkeeper.notification.max-backoff = PT0.2S
        refkeeper.smtp.host = 127.0.0.1
        refkeeper.smtp.port = %d
        refkeeper.smtp.timeout = 1500
        refkeeper.webhook.timeout = 1500
        refkeeper.sync.backoff = 50
        refkeeper.sync.attempts = 3
        refkeeper.sync.connect-timeout = 1000
        refkeeper.sync.read-timeout = 1000
        """
            .formatted(mailPort));
  }
}
