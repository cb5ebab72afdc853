-- One row a time series: the figure, its tags as name, value, name, value …, and its value. Nothing
-- here reads what was settled long ago: it is asked every few seconds.
with latest as materialized (
  select table_schema || '.' || table_name as name, authoritative, auto_derived, pending_review
  from refkeeper.quality_latest)
select 'reference_rows' as figure,
       array['table', name, 'source', 'authoritative'] as tags, authoritative::float8 as value
from latest
union all
select 'reference_rows', array['table', name, 'source', 'auto_derived'], auto_derived
from latest
union all
select 'derived_ratio', array['table', name],
       auto_derived::float8 / greatest(authoritative + auto_derived, 1)
from latest
union all
select 'reviews_pending', array['table', name], pending_review
from latest
union all
select 'review_oldest', array['table', table_schema || '.' || table_name],
       extract(epoch from now() - min(created_at))::float8
from refkeeper.derived_record
where state = 'pending'
group by table_schema, table_name
union all
select 'coverage_ratio', array['domain', d.domain, 'foreign_key', k.key], k.value::float8
from unnest(?::text[]) d(domain)
cross join lateral (
  select r.details from refkeeper.load_run r
  where r.domain = d.domain and r.status = 'loaded'
  order by r.id desc
  limit 1) l
cross join lateral jsonb_each_text(l.details -> 'coverage') k
union all
select 'quarantine_waiting', array['domain', domain], count(*)
from refkeeper.quarantine
where state = 'waiting'
group by domain
union all
select 'outbox_messages', array['state', s.state],
       (select count(*) from refkeeper.outbox o where o.state = s.state and o.state in ('pending', 'dead'))
from (values ('pending'), ('dead')) s(state)
union all
select 'outbox_oldest', '{}', coalesce(extract(epoch from now() - min(created_at))::float8, 0)
from refkeeper.outbox
where state = 'pending'
union all
select 'sync_last_success', array['table', t.table_schema || '.' || t.table_name],
       extract(epoch from s.finished_at)::float8
from unnest(?::text[], ?::text[]) t(table_schema, table_name)
cross join lateral (
  select r.finished_at from refkeeper.sync_table_run r
  where r.table_schema = t.table_schema and r.table_name = t.table_name
    and r.status in ('ok', 'unchanged')
  order by r.id desc
  limit 1) s
union all
select 'sync_left_behind', array['table', t.table_schema || '.' || t.table_name],
       (s.status not in ('ok', 'unchanged'))::int
from unnest(?::text[], ?::text[]) t(table_schema, table_name)
cross join lateral (
  select r.status from refkeeper.sync_table_run r
  where r.table_schema = t.table_schema and r.table_name = t.table_name
  order by r.id desc
  limit 1) s
union all
select 'alert_active',
       array['alert', alert,
             'table', concat_ws('.', nullif(table_schema, ''), nullif(table_name, ''))], 1
from refkeeper.quality_alert
where recovered_at is null
