-- W8: made anew for each repetition.
drop table if exists benchmark.new_key_fact;
drop table if exists benchmark.new_key;
create table benchmark.new_key (code text primary key, name text);
create table benchmark.new_key_fact (
  code text references benchmark.new_key, name text, amount numeric(18, 4)
);
