insert into benchmark.new_key
  (code, name, _source, _needs_review, _derived_from_domain, _derived_at)
select w.code, w.name, 'auto_derived', true, 'new_keys', clock_timestamp()
from unnest(?::text[], ?::text[]) as w(code, name)
order by w.code
on conflict (code) do nothing
