-- The last ten loads, newest first.
select id, domain, file_name, status, rows_read, rows_loaded, rows_quarantined, rows_released,
       rows_filtered, degraded, reasons, started_at, finished_at
from refkeeper.load_run
order by started_at desc, id desc
limit 10
