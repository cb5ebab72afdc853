-- Quality over time, the alerts that are open, and what dashboards read.

alter table quality_snapshot add column flagged bigint not null default 0;
alter table quality_snapshot add column counted boolean not null default true;
create index quality_snapshot_latest on quality_snapshot (table_schema, table_name, id desc);
comment on column quality_snapshot.flagged is 'Authoritative rows that need review: gone at the source and still referenced.';
comment on column quality_snapshot.counted is 'Whether the table was counted; false: the figures before, plus the rows that one load has made.';

create table quality_alert (
  id           bigint generated always as identity primary key,
  alert        text not null check (alert in ('auto_derived_ratio', 'pending_review')),
  table_schema text not null default '',
  table_name   text not null default '',
  threshold    numeric not null,
  value        numeric not null,
  raised_at    timestamptz not null default clock_timestamp(),
  recovered_at timestamptz
);
-- One message a crossing, over all instances.
create unique index quality_alert_open on quality_alert (alert, table_schema, table_name) where recovered_at is null;
comment on table quality_alert is 'Each time a threshold was crossed, and when the value was back.';
comment on column quality_alert.id is 'The alert''s id.';
comment on column quality_alert.alert is 'The threshold''s name in the configuration: auto_derived_ratio (per_table, too) or pending_review.';
comment on column quality_alert.table_schema is 'Schema of the reference table; empty: all tables together.';
comment on column quality_alert.table_name is 'Reference table; empty: all tables together.';
comment on column quality_alert.threshold is 'The threshold that was crossed.';
comment on column quality_alert.value is 'The value that crossed it.';
comment on column quality_alert.raised_at is 'When it was crossed.';
comment on column quality_alert.recovered_at is 'When the value was back; null: it is not.';

-- What monitoring asks for every few seconds must not read what was settled long ago.
create index outbox_unsent on outbox (state, created_at) where state in ('pending', 'dead');
create index load_run_domain on load_run (domain, id desc) where status = 'loaded';

-- Finds each table by a look into the index, however many snapshots there are.
create view quality_latest as
with recursive tables as (
  (select table_schema, table_name from quality_snapshot order by table_schema, table_name limit 1)
  union all
  select n.table_schema, n.table_name
  from tables t
  cross join lateral (
    select s.table_schema, s.table_name from quality_snapshot s
    where (s.table_schema, s.table_name) > (t.table_schema, t.table_name)
    order by s.table_schema, s.table_name
    limit 1) n)
select l.*
from tables t
cross join lateral (
  select s.table_schema, s.table_name, s.authoritative, s.auto_derived, s.pending_review, s.flagged,
         s.counted, s.taken_at
  from quality_snapshot s
  where s.table_schema = t.table_schema and s.table_name = t.table_name
  order by s.id desc
  limit 1) l;
comment on view quality_latest is 'The last snapshot of each reference table.';

create view reference_quality as
select s.table_schema, s.table_name, r._source, r.record_count, r.pending_review, s.taken_at
from quality_latest s
cross join lateral (values ('authoritative', s.authoritative, s.flagged),
                           ('auto_derived', s.auto_derived, s.pending_review))
  as r(_source, record_count, pending_review);
comment on view reference_quality is 'Rows of each reference table by _source, and how many of them need review, as of the last snapshot.';

create view load_coverage as
select r.id as load_run_id, r.domain, r.file_name, r.finished_at,
       k.key as foreign_key, k.value::numeric as coverage,
       (r.details -> 'keys' ->> k.key)::bigint as keys
from load_run r, jsonb_each_text(r.details -> 'coverage') k
where r.status = 'loaded';
comment on view load_coverage is 'For each load and foreign key the share of distinct keys that were there before the file came, 0 to 1, and how many distinct keys there are.';
