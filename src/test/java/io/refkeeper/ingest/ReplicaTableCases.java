package io.refkeeper.ingest;

import static io.refkeeper.ingest.ForeignKeyCase.PARENT;
import static io.refkeeper.ingest.ForeignKeyCase.key;

import java.util.List;

/** What a fact table must not have, for its triggers to be switched off during COPY. */
final class ReplicaTableCases {

  static final List<ForeignKeyCase> ALL =
      List.of(
          new ForeignKeyCase(
              "uncovered",
              PARENT
                  + "create table other (code text primary key);"
                  + "create table fact (k text references parent, o text references other);",
              key("k", "parent", "code"),
              List.of("k,o", "A,", "A,ghost"),
              "foreign key fact_o_fkey of uncovered.fact is not configured",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "user_trigger",
              PARENT
                  + """
                  create table fact (k text references parent, o text);
                  create function refuse() returns trigger language plpgsql as
                    $$ begin if new.o = 'ghost' then raise exception using errcode = '23503', message = 'no such o'; end if;
                       return new; end $$;
                  create trigger guard before insert on fact for each row execute function refuse();
                  """,
              key("k", "parent", "code"),
              List.of("k,o", "A,x", "A,ghost"),
              "user_trigger.fact has the trigger guard on INSERT",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "partition_trigger",
              PARENT
                  + """
                  create table fact (k text references parent, o text) partition by list (o);
                  create table fact_x partition of fact default;
                  create function refuse() returns trigger language plpgsql as
                    $$ begin raise exception using errcode = '23503', message = 'no such o'; end $$;
                  create trigger guard before insert on fact_x for each row
                    when (new.o = 'ghost') execute function refuse();
                  """,
              key("k", "parent", "code"),
              List.of("k,o", "A,x", "A,ghost"),
              "partition_trigger.fact_x has the trigger guard on INSERT",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "late_unique",
              PARENT
                  + "create table fact (k text references parent, u int constraint once unique deferrable initially deferred);",
              key("k", "parent", "code"),
              List.of("k,u", "A,1", "A,1"),
              "constraint once of late_unique.fact is checked by a trigger (DEFERRABLE, or a"
                  + " constraint trigger)",
              List.of("3|unique_constraint")),
          new ForeignKeyCase(
              "replica_trigger",
              PARENT
                  + """
                  create table fact (k text references parent);
                  create function ghost() returns trigger language plpgsql as
                    $$ begin new.k := 'ghost'; return new; end $$;
                  create trigger haunt before insert on fact for each row execute function ghost();
                  alter table fact enable replica trigger haunt;
                  """,
              key("k", "parent", "code"),
              List.of("k", "A"),
              "trigger haunt of replica_trigger.fact is ENABLE REPLICA or ALWAYS",
              List.of()),
          new ForeignKeyCase(
              "always_trigger",
              PARENT
                  + """
                  create table fact (k text references parent);
                  create function ghost() returns trigger language plpgsql as
                    $$ begin new.k := 'ghost'; return new; end $$;
                  create trigger haunt before insert on fact for each row execute function ghost();
                  alter table fact enable always trigger haunt;
                  """,
              key("k", "parent", "code"),
              List.of("k", "A"),
              "trigger haunt of always_trigger.fact is ENABLE REPLICA or ALWAYS",
              List.of("2|foreign_key_constraint")),
          new ForeignKeyCase(
              "own_partition",
              PARENT
                  + """
                  create table other (code text primary key);
                  create table fact (k text references parent, o text) partition by list (o);
                  create table fact_x partition of fact for values in ('x');
                  create table fact_y partition of fact for values in ('ghost');
                  alter table fact_y add foreign key (o) references other;
                  """,
              key("k", "parent", "code"),
              List.of("k,o", "A,x", "A,ghost"),
              "foreign key fact_y_o_fkey of own_partition.fact_y is not configured",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "is_partition",
              PARENT
                  + """
                  create table other (code text primary key);
                  create table whole (k text references parent, o text references other) partition by list (k);
                  create table fact partition of whole default;
                  """,
              key("k", "parent", "code"),
              List.of("k,o", "A,", "A,ghost"),
              "foreign key whole_o_fkey of is_partition.whole is not configured",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "self_reference",
              PARENT
                  + "create table fact (id text primary key, k text references parent, up text references fact);",
              key("k", "parent", "code"),
              List.of("id,k,up", "1,A,", "2,A,1", "3,A,ghost"),
              "foreign key fact_up_fkey of self_reference.fact points to the fact table itself",
              List.of("4|foreign_key_constraint")),
          new ForeignKeyCase(
              "replaced_parent",
              """
              create table fact (s text, id text primary key, k text references fact);
              insert into fact values ('a', '1', null), ('b', '7', null);
              """,
              key("k", "fact", "id"),
              "load_mode: replace\n    replace_by: [s]",
              List.of("s,id,k", "a,2,1", "a,3,7"),
              "foreign key fact_k_fkey of replaced_parent.fact points to the fact table itself",
              List.of("2|foreign_key_constraint")));

  private ReplicaTableCases() {}
}
