-- Where derived records come from: the domains with the most of them.
select domain as name, count(*) as derived, count(*) filter (where state = 'pending') as pending
from refkeeper.derived_record
where created_at > now() - make_interval(days => :days)
group by domain
order by derived desc, domain
limit 5
