-- Rows that wait in quarantine, by domain, the domain with the oldest first.
select domain as name, count(*) as count, min(created_at) as since
from refkeeper.quarantine
where state = 'waiting'
group by domain
order by since, name
