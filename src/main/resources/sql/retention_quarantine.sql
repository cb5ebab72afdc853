-- Rows of the quarantine that were closed before an instant, some at a time. Binds: instant, how many.
delete from refkeeper.quarantine
where id in (
  select id from refkeeper.quarantine
  where state <> 'waiting' and closed_at < ?
  order by closed_at
  limit ?
)
