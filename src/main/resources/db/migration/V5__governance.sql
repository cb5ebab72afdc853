-- Governance: scheduled jobs, the reports of the reference validation, an audit log that nobody can
-- change, and what retention needs to find its rows.

create table job_run (
  id            bigint generated always as identity primary key,
  job           text not null check (job in ('validation', 'review_report', 'retention')),
  scheduled_for timestamptz not null,
  trigger       text not null check (trigger in ('schedule', 'catch_up')),
  instance      text not null,
  started_at    timestamptz not null default clock_timestamp(),
  finished_at   timestamptz,
  result        jsonb not null default '{}',
  unique (job, scheduled_for)
);
comment on table job_run is 'The scheduled instants of each job that were dealt with: once over all instances.';
comment on column job_run.id is 'The run''s id.';
comment on column job_run.job is 'validation, review_report or retention.';
comment on column job_run.scheduled_for is 'Instant that its schedule fired for.';
comment on column job_run.trigger is 'schedule, or catch_up when it was missed and made up for at start.';
comment on column job_run.instance is 'Instance that ran it.';
comment on column job_run.started_at is 'When it began.';
comment on column job_run.finished_at is 'When it ended; NULL while it runs, or if its instance was killed.';
comment on column job_run.result is 'What it came to: counts.';

create table validation_run (
  id            bigint generated always as identity primary key,
  trigger       text not null check (trigger in ('schedule', 'catch_up', 'manual')),
  instance      text not null,
  started_at    timestamptz not null,
  finished_at   timestamptz not null default clock_timestamp(),
  checked       jsonb not null,
  tables        jsonb not null,
  findings      jsonb not null,
  finding_count integer not null,
  told          boolean not null
);
create index validation_run_told on validation_run (id) where told;
comment on table validation_run is 'The reports of the reference validation.';
comment on column validation_run.id is 'The report''s id.';
comment on column validation_run.trigger is 'Why it ran: schedule, catch_up or manual.';
comment on column validation_run.instance is 'Instance that ran it.';
comment on column validation_run.started_at is 'When it began.';
comment on column validation_run.finished_at is 'When it ended.';
comment on column validation_run.checked is 'How many tables and foreign keys were checked.';
comment on column validation_run.tables is 'Rows of each reference table, and how many of them are derived.';
comment on column validation_run.findings is 'What was found: code, severity, place, message, remedy, keys, rows, samples.';
comment on column validation_run.finding_count is 'How many findings.';
comment on column validation_run.told is 'Whether people were sent the findings, or that there are none any more.';

alter table outbox add column attachment text;
comment on column outbox.attachment is 'A page in HTML that an e-mail carries beside its text; NULL: none.';

-- Retention deletes rows of the quarantine by the time they were closed; waiting ones it never does.
create index quarantine_closed on quarantine (closed_at) where state <> 'waiting';

-- Exports ask for a span of time. A block range index costs an insert next to nothing.
create index audit_log_at on audit_log using brin (at);

-- Append-only: no role has the privilege to change or delete entries, and a trigger refuses it even
-- to the owner and to a superuser. Only retention, which says so within its transaction, may delete.
-- It fires once a statement, never for an INSERT; ALWAYS: session_replication_role does not skip it.
create function refuse_audit_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'UPDATE' and current_setting('refkeeper.audit_retention', true) = 'on' then
    return null;
  end if;
  raise exception 'refkeeper.audit_log is append-only: % is refused', tg_op
    using errcode = 'insufficient_privilege',
          hint = 'Old entries go by retention.audit_days, or by refkeeper.expire_audit_log(days, batch).';
end $$;
comment on function refuse_audit_change() is 'Keeps the audit log append-only.';
create trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_audit_change();
alter table audit_log enable always trigger audit_log_append_only;

-- Runs as its owner, so that retention needs no DELETE on the table. What a person did stays: a sync
-- reads there which values a NULL at the source must not clear.
create function expire_audit_log(days integer, batch integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  deleted bigint;
begin
  if days is null or days < 1 or batch is null or batch < 1 then
    raise exception 'days and batch must be 1 or more' using errcode = 'invalid_parameter_value';
  end if;
  perform set_config('refkeeper.audit_retention', 'on', true);
  -- ids grow with time, so the oldest are found at the start of the primary key
  with oldest as (
    select id, at from refkeeper.audit_log where run_kind <> 'person' order by id limit batch
  )
  delete from refkeeper.audit_log a using oldest o
  where a.id = o.id and o.at < clock_timestamp() - make_interval(days => days);
  get diagnostics deleted = row_count;
  perform set_config('refkeeper.audit_retention', 'off', true);
  return deleted;
end $$;
revoke all on function expire_audit_log(integer, integer) from public;
comment on function expire_audit_log(integer, integer) is
  'Deletes at most batch entries of syncs and loads that are older than days; returns how many.';
