-- By what a table can refuse a row that looks right. Bind: the table's oid twice.
-- constraints: CHECK or exclusion constraints, unique indexes over expressions or a part of the rows,
--   partitions (there may be none for a row, and each may have constraints of its own).
-- triggers: of users, on the table or a partition; they may change a row before it is checked.
with tables as (
  select ?::oid as oid union select relid::oid from pg_partition_tree(?::oid::regclass)
)
select exists (select 1 from pg_constraint c join tables t on t.oid = c.conrelid where c.contype in ('c', 'x'))
    or exists (select 1 from pg_index i join tables t on t.oid = i.indrelid
               where i.indisunique and (i.indpred is not null or i.indexprs is not null))
    or exists (select 1 from pg_class c join tables t on t.oid = c.oid where c.relkind <> 'r') as constraints,
       exists (select 1 from pg_trigger g join tables t on t.oid = g.tgrelid
               where not g.tgisinternal and g.tgenabled <> 'D') as triggers
