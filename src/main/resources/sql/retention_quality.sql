-- Snapshots of quality figures that retention thins out: from before an instant, and neither the last
-- of their table and day (UTC) nor the first of their table. How a table was on any day long ago is
-- still told, and its last snapshot never goes. Binds: instant, how many.
select id
from (
  select id,
         row_number() over (partition by table_schema, table_name order by id) as from_first,
         row_number() over (
           partition by table_schema, table_name, (taken_at at time zone 'UTC')::date
           order by id desc) as from_last
  from refkeeper.quality_snapshot
  where taken_at < ?) old
where from_first > 1 and from_last > 1
limit ?
