package io.refkeeper.sync;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Conditions in SQL that tell whether a staged text is a value of a column's type. */
final class ValueFit {

  private static final int INPUT_IS_VALID_SINCE = 160000;

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
              execute format('select (%L::%s)::text', value, type) into discarded;
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
}
