-- How long derived records waited for a person, and how many their sources have supplied.
select count(*) filter (where person) as reviewed,
       count(*) filter (where state = 'superseded') as superseded,
       percentile_cont(0.5) within group (order by hours) filter (where person) as median_hours,
       max(hours) filter (where person) as longest_hours
from (select state, state in ('approved', 'merged', 'rejected') as person,
             extract(epoch from closed_at - created_at)::float8 / 3600 as hours
      from refkeeper.derived_record
      where closed_at > now() - make_interval(days => :days)) closed
