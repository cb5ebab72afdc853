-- Degraded mode as a state, files that wait for a sync, and files that have not come.

alter table load_run add column received_at timestamptz not null default clock_timestamp();
update load_run set received_at = started_at;
create index load_run_received on load_run (domain, received_at) where status = 'loaded';
comment on column load_run.received_at is 'When the file was taken from the inbox, or given by hand.';

create table degraded_period (
  id           bigint generated always as identity primary key,
  table_schema text not null,
  table_name   text not null,
  cause        text not null check (cause in ('never_synced', 'failed', 'held', 'skipped')),
  reason       text not null,
  began_at     timestamptz not null,
  ended_at     timestamptz,
  end_told_at  timestamptz
);
create unique index degraded_period_open on degraded_period (table_schema, table_name)
  where ended_at is null;
create index degraded_period_untold on degraded_period (id)
  where ended_at is not null and end_told_at is null;
comment on table degraded_period is 'A time in which loads went on without a reference table''s preload: degraded mode.';
comment on column degraded_period.id is 'The period''s id.';
comment on column degraded_period.table_schema is 'Schema of the reference table.';
comment on column degraded_period.table_name is 'Reference table.';
comment on column degraded_period.cause is 'What its last sync came to: never_synced, failed, held or skipped.';
comment on column degraded_period.reason is 'Why, for people; of the last sync that did not get through.';
comment on column degraded_period.began_at is 'When the first such sync ended, or a load found that there was none.';
comment on column degraded_period.ended_at is 'When a sync got through, or the table was no longer configured; NULL while the period lasts.';
comment on column degraded_period.end_told_at is 'When people were told of the end.';

-- Tables whose last sync did not get through before this version was there.
insert into degraded_period (table_schema, table_name, cause, reason, began_at)
select table_schema, table_name, status, coalesce(errors -> 0 ->> 'message', ''), finished_at
from (select distinct on (table_schema, table_name) *
      from sync_table_run order by table_schema, table_name, id desc) last
where status in ('failed', 'held', 'skipped');

create table ingest_hold (
  id        bigint generated always as identity primary key,
  domain    text not null,
  file_name text not null,
  reason    text not null,
  began_at  timestamptz not null,
  ended_at  timestamptz
);
create unique index ingest_hold_open on ingest_hold (domain) where ended_at is null;
comment on table ingest_hold is 'A time in which files of a domain waited in the inbox for a fresh sync.';
comment on column ingest_hold.id is 'The hold''s id.';
comment on column ingest_hold.domain is 'Domain whose files waited.';
comment on column ingest_hold.file_name is 'The first file that waited.';
comment on column ingest_hold.reason is 'Which syncs were not fresh, and why.';
comment on column ingest_hold.began_at is 'When the first file was found waiting.';
comment on column ingest_hold.ended_at is 'When a file of the domain was let through; NULL while files wait.';

create table missing_file (
  domain      text not null,
  period      date not null,
  expected_by timestamptz not null,
  told_at     timestamptz not null,
  primary key (domain, period)
);
comment on table missing_file is 'A month in which no file of a domain was there by expect_by; told once.';
comment on column missing_file.domain is 'Domain that no file was loaded of.';
comment on column missing_file.period is 'First day of the month, in the policy''s time zone.';
comment on column missing_file.expected_by is 'When a file should have been there.';
comment on column missing_file.told_at is 'When people were told.';
