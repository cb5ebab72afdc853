-- A last snapshot, of nothing, of each table that was counted and is not configured any more.
insert into refkeeper.quality_snapshot
  (table_schema, table_name, authoritative, auto_derived, pending_review, flagged, counted)
select table_schema, table_name, 0, 0, 0, 0, false
from refkeeper.quality_latest
where authoritative + auto_derived > 0
  and (table_schema, table_name) not in (select * from unnest(:schemas, :tables))
