package io.refkeeper.sync;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Conditions in SQL that tell whether a staged text is a value of a column's type. */
final class ValueFit {

  private static final int INPUT_IS_VALID_SINCE = 160000;

  /**
   * Types to which a cast refuses every text that their input refuses. Other types may cut off what
   * is too long, as {@code 'ABC'::char(2)} and {@code '101'::bit(2)} do.
   */
  private static final Set<String> REFUSED_BY_CAST =
      Set.of(
          "int2",
          "int4",
          "int8",
          "numeric",
          "float4",
          "float8",
          "bool",
          "date",
          "time",
          "timestamp",
          "timestamptz",
          "uuid",
          "json",
          "jsonb");

  private final String function;

  private ValueFit(String function) {
    this.function = function;
  }

  /**
   * Of the server behind the transaction; PostgreSQL 15 gets a function of its own.
   *
   * @param withoutSoftErrors as on PostgreSQL 15, which has no pg_input_is_valid
   */
  static ValueFit on(JdbcClient jdbc, boolean withoutSoftErrors) {
    int version =
        jdbc.sql("select current_setting('server_version_num')::int").query(Integer.class).single();
    if (version >= INPUT_IS_VALID_SINCE && !withoutSoftErrors) {
      return new ValueFit("pg_input_is_valid");
    }
    jdbc.sql(
            """
            create or replace function pg_temp.refkeeper_fits(value text, type text) returns boolean
            language plpgsql as $$
            declare discarded text;
            begin
              if type ~ '^character( varying)?\\(\\d+\\)$' then
                return char_length(rtrim(value, ' ')) <= substring(type from '\\((\\d+)\\)')::int;
              end if;
              if type in ('json', 'jsonb') then
                execute format('select (%L::%s)::text', value, type) into discarded;
              else -- by the type's input function: a cast may cut off what is too long
                execute format('select v::text from json_to_record(json_build_object(''v'', $1)) r(v %s)', type)
                  into discarded using value;
              end if;
              return true;
            exception when others then
              return false;
            end $$
            """)
        .update();
    return new ValueFit("pg_temp.refkeeper_fits");
  }

  /** The condition that the text can be read as the column's type. */
  String fits(String text, Column target) {
    return "%s(%s, %s)".formatted(function, text, TableName.literal(target.declaredType()));
  }

  /** The condition that the column cannot hold the text; null: it holds every text. */
  String doesNotFit(String text, Column target) {
    String invalid = "not " + fits(text, target);
    if (target.domain()) {
      return invalid;
    }
    if (target.baseType().equals("text")) {
      return null;
    }
    if (target.baseType().equals("varchar")) {
      int longest = target.maxLength();
      return longest < 0 ? null : "char_length(%s) > %d and %s".formatted(text, longest, invalid);
    }
    return invalid;
  }

  /**
   * A cheaper condition, which holds of every text that the column cannot hold and that a cast to
   * its type would take all the same, and of some that it can hold; null: there is no such text.
   */
  String slipsThrough(String text, Column target) {
    if (target.domain()) {
      return doesNotFit(text, target);
    }
    if (target.baseType().equals("varchar")) {
      int longest = target.maxLength();
      return longest < 0 ? null : "char_length(%s) > %d".formatted(text, longest);
    }
    return REFUSED_BY_CAST.contains(target.baseType()) ? null : doesNotFit(text, target);
  }
}
