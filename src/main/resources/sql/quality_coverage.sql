-- How many of the keys were there before the files came, over the loads of some days.
select domain, foreign_key, count(*) as loads, avg(coverage) as average, min(coverage) as lowest,
       (array_agg(coverage order by load_run_id desc))[1] as latest
from refkeeper.load_coverage
where finished_at > now() - make_interval(days => :days)
group by domain, foreign_key
order by domain, foreign_key
