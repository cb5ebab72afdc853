-- Derived records that wait for a review, oldest first. Binds: the table (twice) and the load
-- (twice), each null for all; how many, null for all.
select id, version, table_schema || '.' || table_name as table_name, key, domain, foreign_key,
       load_run_id, file_name, sheet, first_line, fact_rows, created_at, values, conflicts
from refkeeper.derived_record
where state = 'pending'
  and (:schema::text is null or (table_schema, table_name) = (:schema, :table))
  and (:load::bigint is null or load_run_id = :load)
order by created_at, id
limit :limit
