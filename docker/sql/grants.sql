-- What each role of roles.sql may do with the tables: no more than the program needs, which a test
-- of the project checks grant by grant. Run by a superuser after "refkeeper migrate"; may be run again.
-- The first part names the users' tables of the shipped configuration: adapt it to yours.

-- ---- The users' tables -----------------------------------------------------------------------
-- Reference tables. A load looks up parents and inserts the missing ones; it takes away again, in
-- the same transaction, those that no loaded row names in the end. It locks the parents that it
-- relies on FOR KEY SHARE, for which PostgreSQL wants UPDATE on at least one column. With
-- "mode: fill_null_only" grant UPDATE on the backfill columns, too.
grant select, insert, delete, update (_needs_review)
  on mapping."年金计划", mapping."组合计划", mapping."产品线", mapping."组织架构"
  to refkeeper_loader;
-- A sync brings them in line with their sources; it never truncates.
grant select, insert, update, delete
  on mapping."年金计划", mapping."组合计划", mapping."产品线", mapping."组织架构"
  to refkeeper_sync;

-- Fact tables. DELETE is for "load_mode: replace"; with "upsert" grant UPDATE instead. A serial
-- column needs USAGE on its sequence; an identity column needs nothing.
grant select, insert, delete on business."规模明细", business."收入明细" to refkeeper_loader;
-- A sync looks whether a fact, or another reference row, still names a parent that is gone at the
-- source: SELECT on every table that has a foreign key to a reference table.
grant select on business."规模明细", business."收入明细" to refkeeper_sync;
-- The reference validation reads all of them, and every other table that has a foreign key to a
-- reference table.
grant select
  on mapping."年金计划", mapping."组合计划", mapping."产品线", mapping."组织架构",
     business."规模明细", business."收入明细"
  to refkeeper_governance;
-- The export of pending records with a column for each column of the table.
grant select on mapping."年金计划", mapping."组合计划", mapping."产品线", mapping."组织架构"
  to refkeeper_auditor;

-- ---- The control schema ----------------------------------------------------------------------
-- Nothing starts before the control schema is found to be up to date.
grant select on refkeeper.flyway_schema_history
  to refkeeper_loader, refkeeper_sync, refkeeper_governance;
grant select, insert, update on refkeeper.load_run to refkeeper_loader;
grant select, insert, update on refkeeper.quarantine to refkeeper_loader;
-- Rows in quarantine are loaded when their parents have come: by whoever may load.
grant select, insert, update on refkeeper.release_run to refkeeper_loader;
grant select on refkeeper.key_alias, refkeeper.sync_table_run to refkeeper_loader;
-- Degraded mode; files that wait for a sync; files that have not come.
grant select, insert on refkeeper.degraded_period, refkeeper.missing_file to refkeeper_loader;
grant select, insert, update on refkeeper.ingest_hold to refkeeper_loader;
grant select, insert, update, delete on refkeeper.file_expectation to refkeeper_loader;
-- Nobody may change or delete what the audit log says; a trigger refuses it even to its owner.
grant insert on refkeeper.derived_record, refkeeper.audit_log, refkeeper.outbox to refkeeper_loader;

-- The figures of the reference tables that a load or a sync changes or the validation counts, and
-- the alerts they raise.
grant insert on refkeeper.quality_snapshot
  to refkeeper_loader, refkeeper_sync, refkeeper_governance;
grant select on refkeeper.quality_latest
  to refkeeper_loader, refkeeper_sync, refkeeper_governance;
grant select, insert, update on refkeeper.quality_alert
  to refkeeper_loader, refkeeper_sync, refkeeper_governance;

grant select, insert, update on refkeeper.sync_run to refkeeper_sync;
grant select, insert on refkeeper.sync_table_run to refkeeper_sync;
grant select, insert, update, delete on refkeeper.source_key to refkeeper_sync;
grant select, insert on refkeeper.audit_log to refkeeper_sync;
grant select, update on refkeeper.derived_record, refkeeper.key_alias to refkeeper_sync;
grant select, insert, update on refkeeper.degraded_period to refkeeper_sync;
grant insert on refkeeper.outbox to refkeeper_sync;

grant select, update on refkeeper.outbox to refkeeper_relay;

-- Governance: validation, review report, retention. Old entries of the audit log go by a function
-- that runs as its owner, deletes nothing younger than it is told, and nothing that a person did.
-- Of messages retention sees when they were sent, not what they say.
grant select, insert, update on refkeeper.job_run to refkeeper_governance;
grant select, insert, delete on refkeeper.validation_run to refkeeper_governance;
grant select on refkeeper.sync_run, refkeeper.derived_record to refkeeper_governance;
grant select, delete on refkeeper.quarantine, refkeeper.quality_snapshot to refkeeper_governance;
grant select (id, state, sent_at), insert, delete on refkeeper.outbox to refkeeper_governance;
grant execute on function refkeeper.expire_audit_log(integer, integer) to refkeeper_governance;

-- "audit export" and "review": what was changed, and what waits.
grant select on refkeeper.audit_log, refkeeper.derived_record to refkeeper_auditor;

-- "refkeeper status" and "refkeeper quality": counts and times. Not the rows in quarantine, nor the
-- text of messages.
grant select on refkeeper.load_run, refkeeper.sync_table_run to refkeeper_monitoring;
grant select on refkeeper.degraded_period, refkeeper.ingest_hold to refkeeper_monitoring;
grant select on refkeeper.quality_snapshot, refkeeper.quality_alert to refkeeper_monitoring;
grant select on refkeeper.quality_latest, refkeeper.load_coverage to refkeeper_monitoring;
grant select (table_schema, table_name, domain, file_name, state, created_at, closed_at)
  on refkeeper.derived_record to refkeeper_monitoring;
grant select (domain, state, created_at) on refkeeper.quarantine to refkeeper_monitoring;
grant select (state) on refkeeper.outbox to refkeeper_monitoring;

-- ---- Optional: faster loads ------------------------------------------------------------------
-- With "fk_check: auto" a load locks the parent of every key that its file names, and then lets its
-- COPY, and nothing else, run without PostgreSQL's own check of each row, by
-- session_replication_role = replica. It does so only when nothing else would be skipped (no other
-- trigger on the fact table, every foreign key of it configured); its report says which condition
-- failed. The grant is your consent: whoever has it can switch off foreign keys and triggers in a
-- session of its own. Without it PostgreSQL checks each row, and loads take several times as long.
--   grant set on parameter session_replication_role to refkeeper_loader;
