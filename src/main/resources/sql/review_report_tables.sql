-- Derived records that wait for a review, by table, the table with the oldest first.
select table_schema || '.' || table_name as name, count(*) as count, min(created_at) as since
from refkeeper.derived_record
where state = 'pending'
group by table_schema, table_name
order by since, name
