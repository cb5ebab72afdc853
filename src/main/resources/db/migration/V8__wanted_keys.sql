-- After each load somebody looks whether parents have come for rows that wait. Many rows want few
-- different keys: by this index one row of each kind is looked at, however many there are.
-- The same codes as in WaitingRows, else the index is of no use.
create index quarantine_wanted on quarantine (domain, jsonb_hash_extended(keys, 0))
  where state = 'waiting'
    and reason_code in ('unknown_key', 'key_pattern', 'key_does_not_fit',
                        'parent_value_does_not_fit', 'parent_value_missing', 'parent_refused');
