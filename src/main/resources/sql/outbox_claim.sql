-- Claims due messages for one relay in one statement: the lease is in next_attempt_at, so that the
-- messages of a relay that dies come back by themselves. Messages that others are claiming are
-- passed over. MATERIALIZED keeps the planner from running the limited query more than once.
with due as materialized (
  select id
  from refkeeper.outbox
  where state = 'pending' and next_attempt_at <= now()
  order by next_attempt_at, id
  limit :batch
  for update skip locked
)
update refkeeper.outbox as claimed
set next_attempt_at = now() + make_interval(secs => :lease),
    attempts = claimed.attempts + 1
from due
where claimed.id = due.id
returning claimed.id, claimed.message_id, claimed.event, claimed.channel, claimed.transport,
          claimed.recipient, claimed.subject, claimed.body, claimed.payload,
          claimed.attachment, claimed.attempts
