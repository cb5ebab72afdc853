-- A source that knows when it was last changed is not read again before that.
alter table sync_table_run add column entity_tag text;
comment on column sync_table_run.entity_tag is 'By what an HTTP source tells whether it has changed: a fingerprint of its settings, and the ETag of its answer; null when the next run must see everything.';
