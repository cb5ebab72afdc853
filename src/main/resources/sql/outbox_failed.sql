-- A message that was sent by another relay meanwhile stays sent.
update refkeeper.outbox
set state = case when coalesce(first_failed_at, now()) + make_interval(secs => :give_up) <= now()
                 then 'dead' else 'pending' end,
    first_failed_at = coalesce(first_failed_at, now()),
    next_attempt_at = now() + make_interval(secs => :delay),
    last_error = :error
where id = :id and state = 'pending'
returning state
