-- The columns of one table, in order. Bind: the table's oid.
-- A domain is resolved to its base type for the checks that Java can do; "is_domain" tells.
select a.attname                                                   as name,
       format_type(a.atttypid, a.atttypmod)                        as declared_type,
       t.typtype = 'd'                                             as is_domain,
       bt.typname                                                  as base_type,
       bt.typtype = 'e'                                            as is_enum,
       case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as typmod,
       a.attnotnull                                                as not_null,
       a.atthasdef                                                 as has_default,
       a.attgenerated <> ''                                        as is_generated,
       a.attidentity::text                                         as identity
from pg_attribute a
join pg_type t on t.oid = a.atttypid
join pg_type bt on bt.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
where a.attrelid = ?::oid and a.attnum > 0 and not a.attisdropped
order by a.attnum
