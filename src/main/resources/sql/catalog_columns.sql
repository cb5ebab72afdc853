-- The columns of tables, in order. Bind: the tables' oids.
-- A domain is resolved to its base type for the checks that Java can do; "is_domain" tells.
select a.attrelid                                                  as table_oid,
       a.attname                                                   as name,
       format_type(a.atttypid, a.atttypmod)                        as declared_type,
       t.typtype = 'd'                                             as is_domain,
       bt.typname                                                  as base_type,
       bt.typtype = 'e'                                            as is_enum,
       case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as typmod,
       a.attnotnull                                                as not_null,
       a.atthasdef                                                 as has_default,
       a.attgenerated <> ''                                        as is_generated,
       a.attidentity::text                                         as identity,
       case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod)
            else format_type(a.atttypid, a.atttypmod) end          as base_declared_type,
       case when co.oid <> 'pg_catalog."default"'::regcollation
            then quote_ident(cn.nspname) || '.' || quote_ident(co.collname) end as collation,
       case when not co.collisdeterministic
            then quote_ident(cn.nspname) || '.' || quote_ident(co.collname) end as nondeterministic_collation
from pg_attribute a
join pg_type t on t.oid = a.atttypid
join pg_type bt on bt.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
left join pg_collation co on co.oid = a.attcollation
left join pg_namespace cn on cn.oid = co.collnamespace
where a.attrelid = any (?::oid[]) and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum
