-- What releases have loaded, by domain, and what they could not load, by domain and reason.
select domain, state = 'released' as released,
       case when state = 'released' then '' else reason_code end as reason_code,
       min(reason) as reason, count(*) as rows, count(distinct load_run_id) as files
from refkeeper.quarantine
where release_run_id = any(?) and state in ('released', 'waiting')
group by 1, 2, 3
order by domain, released desc, rows desc, reason_code
