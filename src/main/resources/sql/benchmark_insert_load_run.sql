insert into refkeeper.load_run
  (delivery_id, domain, table_schema, table_name, file_name, sha256, file_bytes, status,
   is_current, instance)
values
  (gen_random_uuid(), 'by_hand', 'benchmark', 'new_key_fact', 'new_keys.csv', '', 0, 'loading',
   false, 'benchmark')
returning id
