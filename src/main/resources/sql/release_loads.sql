-- The loads of which rows wait whose keys have all come, in the order in which they were loaded.
-- Rows with the same keys are of one kind: the index quarantine_wanted leads from one kind to the
-- next, and one row of each is looked at. Beyond %4$s kinds every row is looked at instead, which is
-- then as fast. To be filled in: the domain, what can be released, whether keys are ready (with its
-- binds, twice), how many kinds, the fact table's schema and name.
with recursive kind as (
  (select q.keys, jsonb_hash_extended(q.keys, 0) as hash, 1 as n
   from refkeeper.quarantine q
   where q.domain = %1$s and %2$s
   order by hash limit 1)
  union all
  select next.keys, next.hash, k.n + 1
  from kind k
  cross join lateral (
    select q.keys, jsonb_hash_extended(q.keys, 0) as hash
    from refkeeper.quarantine q
    where q.domain = %1$s and %2$s and jsonb_hash_extended(q.keys, 0) > k.hash
    order by hash limit 1) next
  where k.n < %4$s
), ready as (
  select q.load_run_id
  from refkeeper.quarantine q
  where q.domain = %1$s and %2$s
    and jsonb_hash_extended(q.keys, 0) = any (array(select q.hash from kind q where %3$s)) -- once, not for each row
  union all
  select q.load_run_id
  from refkeeper.quarantine q
  where (select max(n) from kind) = %4$s and q.domain = %1$s and %2$s and %3$s
)
select l.id
from refkeeper.load_run l
where l.table_schema = %5$s and l.table_name = %6$s and l.id in (select load_run_id from ready)
order by l.id
