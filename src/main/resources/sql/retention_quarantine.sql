-- Rows of the quarantine that were closed before an instant. Binds: instant, how many.
select id
from refkeeper.quarantine
where state <> 'waiting' and closed_at < ?
order by closed_at
limit ?
