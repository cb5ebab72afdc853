-- 22 columns, four text foreign keys; beside it the same without foreign keys, and with a CHECK.
create schema benchmark;
create table benchmark.p0 (code text primary key, name text);
create table benchmark.p1 (code text primary key, name text);
create table benchmark.p2 (code text primary key, name text);
create table benchmark.p3 (code text primary key, name text);
create table benchmark.bare (
  month date not null, k0 text, k1 text, k2 text, k3 text, name text,
  t0 text, t1 text, t2 text, t3 text, t4 text, t5 text,
  n0 numeric(18, 4), n1 numeric(18, 4), n2 numeric(18, 4), n3 numeric(18, 4), n4 numeric(18, 4),
  n5 numeric(18, 4), n6 numeric(18, 4), n7 numeric(18, 4), n8 numeric(18, 4), n9 numeric(18, 4)
);
create table benchmark.fact (
  like benchmark.bare,
  foreign key (k0) references benchmark.p0,
  foreign key (k1) references benchmark.p1,
  foreign key (k2) references benchmark.p2,
  foreign key (k3) references benchmark.p3
);
create table benchmark.fact_check (
  like benchmark.bare,
  foreign key (k0) references benchmark.p0,
  foreign key (k1) references benchmark.p1,
  foreign key (k2) references benchmark.p2,
  foreign key (k3) references benchmark.p3,
  check (n0 >= 0)
);
