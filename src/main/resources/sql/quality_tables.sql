-- The figures of every table that was ever counted, now and some days ago, or at its first snapshot.
select l.table_schema || '.' || l.table_name as name, l.authoritative, l.auto_derived,
       l.pending_review, l.flagged, l.taken_at, w.oldest_pending,
       b.authoritative as authoritative_before, b.auto_derived as auto_derived_before,
       b.taken_at as before_at
from refkeeper.quality_latest l
cross join lateral (
  select s.authoritative, s.auto_derived, s.taken_at from refkeeper.quality_snapshot s
  where s.table_schema = l.table_schema and s.table_name = l.table_name
  order by s.taken_at > now() - make_interval(days => :days),
           abs(extract(epoch from s.taken_at - (now() - make_interval(days => :days))))
  limit 1) b
left join lateral (
  select min(d.created_at) as oldest_pending from refkeeper.derived_record d
  where d.table_schema = l.table_schema and d.table_name = l.table_name and d.state = 'pending'
  ) w on true
order by name
