-- Validation reports of before an instant. The last of each trigger stays, and the last that people
-- were told of: what the next one finds is compared with it. Binds: instant, how many.
select id
from refkeeper.validation_run
where finished_at < ?
  and id not in (select max(id) from refkeeper.validation_run group by trigger)
  and id is distinct from (select max(id) from refkeeper.validation_run where told)
order by id
limit ?
