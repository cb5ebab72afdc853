-- A snapshot of a table that was counted before: the figures of then, plus what a load has added.
insert into refkeeper.quality_snapshot
  (table_schema, table_name, authoritative, auto_derived, pending_review, flagged, counted)
select table_schema, table_name, authoritative + :authoritative, auto_derived + :derived,
       pending_review + :pending, flagged, false
from refkeeper.quality_latest
where table_schema = :schema and table_name = :table
