-- Whether the account lacks a privilege; not when what it is about does not exist.
-- Without a schema the privilege is on the database, without a table on the schema or its function;
-- with a column it is on that column, or with "any" on at least one of the table's.
select case
  when cast(:schema as text) is null then not has_database_privilege(current_database(), :verb)
  when cast(:function as text) is not null then exists (
    select
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = :schema and p.proname = :function and not has_function_privilege(p.oid, :verb))
  when cast(:table as text) is null then exists (
    select from pg_namespace n where n.nspname = :schema and not has_schema_privilege(n.oid, :verb))
  else exists (
    select
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = :schema and c.relname = :table and c.relkind in ('r', 'p', 'f', 'v')
      and case
            when :any then not has_any_column_privilege(c.oid, :verb)
            when cast(:column as text) is null then not has_table_privilege(c.oid, :verb)
            else exists (
              select from pg_attribute a
              where a.attrelid = c.oid and a.attname = :column and not a.attisdropped
                and not has_column_privilege(c.oid, a.attnum, :verb))
          end)
  end
