-- Messages on their way, and messages that were given up.
select count(*) filter (where state = 'pending') as pending,
       count(*) filter (where state = 'dead') as dead
from refkeeper.outbox
where state in ('pending', 'dead')
