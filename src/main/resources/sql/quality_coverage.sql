-- How many of the keys were there before the files came, over the loads of some days. A file with
-- many keys weighs more than one with few; loads of earlier versions, which kept no number, weigh
-- as one key.
select domain, foreign_key, count(*) as loads,
       coalesce(sum(coverage * coalesce(keys, 1)) / nullif(sum(coalesce(keys, 1)), 0), 1) as average,
       min(coverage) as lowest,
       (array_agg(coverage order by load_run_id desc))[1] as latest
from refkeeper.load_coverage
where finished_at > now() - make_interval(days => :days)
group by domain, foreign_key
order by domain, foreign_key
