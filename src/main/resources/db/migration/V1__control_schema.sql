-- The control schema: what refkeeper remembers of its loads, syncs, derived records and messages.
-- Flyway creates the schema "refkeeper" and runs this inside it.
-- A key is an array of the key columns' values in PostgreSQL's text form, in the order of the
-- configured target_key; a single-column key is an array of one.

create table load_run (
  id               bigint generated always as identity primary key,
  delivery_id      uuid not null,
  domain           text not null,
  table_schema     text not null,
  table_name       text not null,
  file_name        text not null,
  sha256           text not null,
  file_bytes       bigint not null,
  status           text not null check (status in ('loading', 'loaded', 'rejected')),
  is_current       boolean not null,
  scopes           text[] not null default '{}',
  rows_read        bigint not null default 0,
  rows_loaded      bigint not null default 0,
  rows_quarantined bigint not null default 0,
  rows_filtered    bigint not null default 0,
  rows_replaced    bigint not null default 0,
  fk_check         text,
  degraded         boolean not null default false,
  details          jsonb not null default '{}',
  reasons          jsonb not null default '[]',
  instance         text not null,
  started_at       timestamptz not null default clock_timestamp(),
  finished_at      timestamptz,
  unique (delivery_id, domain)
);
create unique index load_run_current on load_run (domain, sha256) where is_current;
create index load_run_size on load_run (domain, file_bytes) where is_current;
create index load_run_recent on load_run (started_at desc);
create index load_run_scopes on load_run using gin (scopes) where is_current;

create table sync_run (
  id            bigint generated always as identity primary key,
  trigger       text not null check (trigger in ('schedule', 'change', 'manual', 'catch_up')),
  scheduled_for timestamptz,
  instance      text not null,
  started_at    timestamptz not null default clock_timestamp(),
  finished_at   timestamptz
);
-- Two routes, or two instances, whose schedules fire at the same minute make one run.
create unique index sync_run_scheduled on sync_run (scheduled_for) where scheduled_for is not null;

create table sync_table_run (
  id             bigint generated always as identity primary key,
  sync_run_id    bigint not null references sync_run,
  table_schema   text not null,
  table_name     text not null,
  source_type    text not null,
  strategy       text not null,
  status         text not null check (status in ('ok', 'unchanged', 'failed', 'held', 'skipped')),
  fetched        bigint not null default 0,
  inserted       bigint not null default 0,
  updated        bigint not null default 0,
  unchanged      bigint not null default 0,
  promoted       bigint not null default 0,
  deleted        bigint not null default 0,
  retained       bigint not null default 0,
  skipped_rows   bigint not null default 0,
  zero_dates     bigint not null default 0,
  watermark      text,
  content_sha256 text,
  errors         jsonb not null default '[]',
  started_at     timestamptz not null default clock_timestamp(),
  finished_at    timestamptz not null default clock_timestamp()
);
create index sync_table_run_latest on sync_table_run (table_schema, table_name, id desc);

create table source_key (
  table_schema text not null,
  table_name   text not null,
  key          text[] not null,
  sync_run_id  bigint not null, -- the run that first delivered it; a foreign key would be checked for every row
  retained_at  timestamptz,                         -- gone at the source, still referenced: flagged then
  primary key (table_schema, table_name, key)
);

create table derived_record (
  id           bigint generated always as identity primary key,
  table_schema text not null,
  table_name   text not null,
  key          text[] not null,
  load_run_id  bigint not null references load_run,
  domain       text not null,
  foreign_key  text not null,
  file_name    text not null,
  sheet        text,
  first_line   bigint not null,
  fact_rows    bigint not null,
  values       jsonb not null,
  conflicts    jsonb not null default '{}',
  left_empty   jsonb not null default '{}',
  state        text not null default 'pending'
               check (state in ('pending', 'approved', 'merged', 'rejected', 'superseded', 'removed')),
  version      integer not null default 1,
  created_at   timestamptz not null default clock_timestamp(),
  closed_at    timestamptz,
  closed_by    text
);
create unique index derived_record_pending on derived_record (table_schema, table_name, key) where state = 'pending';
create index derived_record_load on derived_record (load_run_id);

create table key_alias (
  id           bigint generated always as identity primary key,
  table_schema text not null,
  table_name   text not null,
  alias        text[] not null,
  target       text[] not null,
  actor        text not null,
  comment      text not null default '',
  created_at   timestamptz not null default clock_timestamp(),
  retired_at   timestamptz
);
create unique index key_alias_active on key_alias (table_schema, table_name, alias) where retired_at is null;

create table quarantine (
  id           bigint generated always as identity primary key,
  load_run_id  bigint not null references load_run,
  domain       text not null,
  file_name    text not null,
  sheet        text,
  line         bigint not null,
  column_name  text,
  value        text,
  reason_code  text not null,
  reason       text not null,
  original     text not null,
  fields       jsonb not null,
  scope        text,
  keys         jsonb not null default '{}',
  state        text not null default 'waiting'
               check (state in ('waiting', 'released', 'superseded', 'discarded')),
  created_at   timestamptz not null default clock_timestamp(),
  closed_at    timestamptz
);
create index quarantine_load on quarantine (load_run_id);
create index quarantine_waiting on quarantine (domain, scope) where state = 'waiting';

create table audit_log (
  id           bigint generated always as identity primary key,
  at           timestamptz not null default clock_timestamp(),
  table_schema text not null,
  table_name   text not null,
  key          text[] not null,
  action       text not null
               check (action in ('insert', 'update', 'delete', 'promote', 'retain', 'alias', 'retire_alias')),
  actor        text not null,
  run_kind     text not null check (run_kind in ('load', 'sync', 'person')),
  run_id       bigint,
  before       jsonb,
  after        jsonb
);
create index audit_log_key on audit_log (table_schema, table_name, key, id);

create table outbox (
  id              bigint generated always as identity primary key,
  message_id      uuid not null unique default gen_random_uuid(),
  event           text not null,
  channel         text not null,
  transport       text not null check (transport in ('email', 'slack', 'webhook')),
  recipient       text,
  subject         text not null,
  body            text not null,
  payload         jsonb not null,
  state           text not null default 'pending' check (state in ('pending', 'sent', 'dead')),
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null default clock_timestamp(),
  first_failed_at timestamptz,
  last_error      text,
  created_at      timestamptz not null default clock_timestamp(),
  sent_at         timestamptz
);
create index outbox_due on outbox (next_attempt_at) where state = 'pending';
comment on column outbox.attempts is 'How often sending was begun; more than one try also after a crash';
comment on column outbox.next_attempt_at is 'Due from then on; while a relay is sending, the end of its lease';
comment on column outbox.first_failed_at is 'When sending failed first; the time after which a message is dead counts from here';

create table quality_snapshot (
  id             bigint generated always as identity primary key,
  taken_at       timestamptz not null default clock_timestamp(),
  table_schema   text not null,
  table_name     text not null,
  authoritative  bigint not null,
  auto_derived   bigint not null,
  pending_review bigint not null
);
create index quality_snapshot_table on quality_snapshot (table_schema, table_name, taken_at);
