package io.refkeeper.ingest;

import static io.refkeeper.ingest.ForeignKeyCase.PARENT;
import static io.refkeeper.ingest.ForeignKeyCase.key;

import java.util.List;

/** What must hold of a foreign key and its values, for refkeeper to prove it. */
final class ProvenKeyCases {

  static final List<ForeignKeyCase> ALL =
      List.of(
          new ForeignKeyCase(
              "covered",
              PARENT + "create table fact (k text references parent, n int);",
              key("k", "parent", "code"),
              List.of("k,n", "A,1", "B,2", ",3", "a,4"),
              null,
              List.of("3|unknown_key", "5|unknown_key")),
          new ForeignKeyCase(
              "composite",
              """
              create table parent (a text, b int, primary key (a, b)); insert into parent values ('A', 1);
              create table fact (k text, b int, foreign key (b, k) references parent (b, a));
              """,
              key("[k, b]", "parent", "[a, b]"),
              List.of("k,b", "A,1", "A,2", "nobody,", ",9", "A,01"),
              null,
              List.of("3|unknown_key")),
          new ForeignKeyCase(
              "swapped",
              """
              create table parent (a text, b text, primary key (a, b)); insert into parent values ('A', 'B');
              create table fact (k text, b text, foreign key (b, k) references parent (a, b));
              """,
              key("[k, b]", "parent", "[a, b]"),
              List.of("k,b", "A,B"),
              "foreign key fact_b_k_fkey of swapped.fact is not configured",
              List.of("2|foreign_key_constraint")),
          new ForeignKeyCase(
              "other_parent",
              PARENT
                  + """
                  create table other (code text primary key);
                  create table fact (k text references other);
                  """,
              key("k", "parent", "code"),
              List.of("k", "A"),
              "foreign key fact_k_fkey of other_parent.fact is not configured",
              List.of("2|foreign_key_constraint")),
          new ForeignKeyCase(
              "match_full",
              """
              create table parent (a text, b int, primary key (a, b)); insert into parent values ('A', 1);
              create table fact (k text, b int, foreign key (k, b) references parent match full);
              """,
              key("[k, b]", "parent", "[a, b]"),
              List.of("k,b", "A,1", "ghost,"),
              "foreign key fact_k_b_fkey of match_full.fact is MATCH FULL",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "collated",
              """
              create collation any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
              create table parent (code text collate any_case primary key); insert into parent values ('A');
              create table fact (k text collate any_case references parent);
              """,
              key("k", "parent", "code"),
              List.of("k", "a", "A", "ä"),
              null,
              List.of("4|unknown_key")),
          new ForeignKeyCase(
              "typmod",
              """
              create table parent (code numeric primary key); insert into parent values (10.4), (12);
              create table fact (k numeric(6,0) references parent);
              """,
              key("k", "parent", "code"),
              List.of("k", "10.4", "12"),
              null,
              List.of("2|unknown_key")),
          new ForeignKeyCase(
              "rounded_input",
              """
              create table parent (code interval primary key); insert into parent values ('1.4 s'), ('2 s');
              create table fact (k interval(0) references parent);
              """,
              key("k", "parent", "code"),
              List.of("k", "00:00:01.4", "00:00:02"),
              "foreign key fact_k_fkey of rounded_input.fact: k is interval(0), code of"
                  + " rounded_input.parent is interval",
              List.of("2|foreign_key_constraint")),
          new ForeignKeyCase(
              "day",
              """
              create table parent (code timestamp primary key); insert into parent values ('2025-10-01 08:00');
              create table fact (k date references parent);
              """,
              key("k", "parent", "code"),
              List.of("k", "2025-10-01"),
              "foreign key fact_k_fkey of day.fact: k is date, code of day.parent is timestamp"
                  + " without time zone",
              List.of("2|unknown_key")),
          new ForeignKeyCase(
              "padding",
              """
              create table parent (code text primary key); insert into parent values ('A'), ('B  ');
              create table fact (k char(3) references parent);
              """,
              key("k", "parent", "code"),
              List.of("k", "A", "B"),
              "foreign key fact_k_fkey of padding.fact: k is character(3), code of padding.parent is"
                  + " text",
              List.of("3|unknown_key")),
          new ForeignKeyCase(
              "inherited",
              PARENT
                  + """
                  create table child () inherits (parent); insert into child values ('C');
                  create table fact (k text references parent);
                  """,
              key("k", "parent", "code"),
              List.of("k", "A", "C"),
              null,
              List.of("3|unknown_key")),
          new ForeignKeyCase(
              "partitioned",
              """
              create table parent (code text primary key) partition by list (code);
              create table parent_a partition of parent for values in ('A');
              insert into parent values ('A');
              create table other (code text primary key);
              create table fact (k text references parent, o text) partition by list (o);
              create table fact_x partition of fact for values in ('x');
              create table fact_y partition of fact for values in ('y');
              """,
              key("k", "parent", "code"),
              List.of("k,o", "A,x", "B,x", "A,y"),
              null,
              List.of("3|unknown_key")),
          new ForeignKeyCase(
              "not_copied",
              PARENT
                  + """
                  create table other (code text primary key); insert into other values ('Ax');
                  create table fact (k text references parent, g text generated always as (k || 'x') stored references other);
                  insert into parent values ('B');
                  """,
              key("k", "parent", "code") + ", " + key("g", "other", "code"),
              List.of("k,g", "A,Ax", "B,Ax"),
              "foreign key fact_g_fkey of not_copied.fact: column g is not in the file (a DEFAULT or"
                  + " an expression may fill it)",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "by_default",
              PARENT
                  + """
                  create table other (code text primary key);
                  create table fact (k text references parent, o text default 'ghost' references other);
                  """,
              key("k", "parent", "code"),
              List.of("k", "A"),
              "foreign key fact_o_fkey of by_default.fact is not configured",
              List.of("2|foreign_key_constraint")),
          new ForeignKeyCase(
              "generated",
              PARENT
                  + """
                  create table other (code text primary key); insert into other values ('Ax');
                  create table fact (k text references parent, g text generated always as (k || 'x') stored references other);
                  insert into parent values ('B');
                  """,
              key("k", "parent", "code"),
              List.of("k", "A", "B"),
              "foreign key fact_g_fkey of generated.fact is not configured",
              List.of("3|foreign_key_constraint")),
          new ForeignKeyCase(
              "by_choice",
              PARENT + "create table fact (k text references parent);",
              key("k", "parent", "code"),
              "load_mode: append\n    fk_check: database",
              List.of("k", "A", "B"),
              "configured so (fk_check: database)",
              List.of("3|unknown_key")));

  private ProvenKeyCases() {}
}
