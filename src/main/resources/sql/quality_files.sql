-- Where derived records come from: the files with the most of them.
select file_name as name, count(*) as derived, count(*) filter (where state = 'pending') as pending
from refkeeper.derived_record
where created_at > now() - make_interval(days => :days)
group by file_name
order by derived desc, file_name
limit 5
