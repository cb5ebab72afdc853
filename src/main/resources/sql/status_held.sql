-- Domains whose files wait for a fresh sync.
select domain, file_name, reason, began_at
from refkeeper.ingest_hold
where ended_at is null
order by domain
