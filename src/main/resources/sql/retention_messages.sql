-- Messages that were sent before an instant; those that wait or were given up stay, however old they
-- are. Binds: instant, how many.
select id
from refkeeper.outbox
where state = 'sent' and sent_at < ?
order by sent_at
limit ?
