-- Entries of the audit log in the order in which they were written. Binds: table, key, since, until,
-- each null for all.
select id, at, table_schema || '.' || table_name as table_name, key, action, actor, run_kind, run_id,
       before, after
from refkeeper.audit_log
where (:table::text is null or :table in (table_name, table_schema || '.' || table_name))
  and (:key::text is null or array_to_string(key, ',') = :key)
  and (:since::timestamptz is null or at >= :since)
  and (:until::timestamptz is null or at < :until)
order by id
