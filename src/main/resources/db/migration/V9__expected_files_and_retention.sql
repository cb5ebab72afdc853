-- Since when files are expected, so that a time that passed while nothing was running is noticed; and
-- what retention needs to find old messages.

create table file_expectation (
  domain      text primary key,
  from_period date not null
);
comment on table file_expectation is 'Domains with an expect_by, and from which month on it is looked whether their files have come.';
comment on column file_expectation.domain is 'Domain of which a file is expected each month.';
comment on column file_expectation.from_period is 'First day of the first month that may not have been dealt with, in the policy''s time zone.';

-- Retention deletes messages by the time they were sent; others it never does.
create index outbox_sent on outbox (sent_at) where state = 'sent';
