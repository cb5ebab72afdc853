-- Whether the database can refuse a row of this table for a reason that nobody can see beforehand:
-- CHECK or exclusion constraints, and triggers of users. Bind: the table's oid three times.
-- A partitioned table may have no partition for a row; its partitions may have checks of their own.
select exists (select 1 from pg_constraint c where c.conrelid = ?::oid and c.contype in ('c', 'x'))
    or exists (select 1 from pg_trigger t where t.tgrelid = ?::oid and not t.tgisinternal and t.tgenabled <> 'D')
    or exists (select 1 from pg_class c where c.oid = ?::oid and c.relkind <> 'r')
