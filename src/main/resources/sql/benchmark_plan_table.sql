-- W10: made anew for each round.
drop table if exists benchmark.plan;
create table benchmark.plan (
  code varchar(20) primary key, name text, kind varchar(40), since date, members int,
  amount numeric(18, 2)
);
