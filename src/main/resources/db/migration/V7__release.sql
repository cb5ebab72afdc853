-- Rows that wait for a missing parent are loaded by themselves once it has come.

create table release_run (
  id            bigint generated always as identity primary key,
  run_key       uuid not null unique,
  trigger       text not null check (trigger in ('schedule', 'sync', 'load', 'manual')),
  instance      text not null,
  rows_released bigint not null default 0,
  rows_refused  bigint not null default 0,
  started_at    timestamptz not null default clock_timestamp(),
  touched_at    timestamptz not null default clock_timestamp(),
  finished_at   timestamptz
);
create index release_run_open on release_run (touched_at) where finished_at is null;

comment on table release_run is 'One release of rows from the quarantine whose parents had come.';
comment on column release_run.id is 'The run''s id.';
comment on column release_run.run_key is 'The run''s name before it has an id; makes its record once.';
comment on column release_run.trigger is 'Why it ran: schedule, sync, load or manual.';
comment on column release_run.instance is 'Instance that ran it.';
comment on column release_run.rows_released is 'Rows that it loaded.';
comment on column release_run.rows_refused is 'Rows that it could not load for another reason than before; they wait on.';
comment on column release_run.started_at is 'When it began.';
comment on column release_run.touched_at is 'When it last loaded rows; long ago and not finished: its process died.';
comment on column release_run.finished_at is 'When people were told of it.';

alter table load_run
  add rows_released bigint not null default 0,
  add header        text[];
comment on column load_run.rows_released is 'Rows among the quarantined ones that were loaded later.';
comment on column load_run.header is 'The file''s columns in order; empty: it had no header. What waits is read by them again.';

alter table quarantine add release_run_id bigint references release_run;
comment on column quarantine.release_run_id is 'Release that loaded it, or found another reason why it cannot be loaded.';
comment on column quarantine.keys is 'Its keys by foreign key; it is released when all of them are there.';
comment on column quarantine.scope is 'Its replace_by or upsert_by tuple; loading that anew supersedes it.';

-- The same codes as in WaitingRows, else the index is of no use.
create index quarantine_release on quarantine (domain, load_run_id, id)
  where state = 'waiting'
    and reason_code in ('unknown_key', 'key_pattern', 'key_does_not_fit',
                        'parent_value_does_not_fit', 'parent_value_missing', 'parent_refused');
create index quarantine_released on quarantine (release_run_id) where release_run_id is not null;
