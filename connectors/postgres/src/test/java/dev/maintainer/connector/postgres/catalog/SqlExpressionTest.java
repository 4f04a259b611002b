package dev.maintainer.connector.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions of a catalog need. */
class SqlExpressionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1.5e-10",
                "'-1'::integer",
                "(0)::bigint",
                "'it''s; -- fine'::text",
                "'x'::character varying(10)",
                "'2020-01-01 00:00:00+00'::timestamp with time zone",
                "'{}'::text[]",
                "true",
                "NULL::text",
                "'red'::shop.color",
                "'red'::\"Shop\".\"Color\"",
                "E'\\\\x00'::bytea",
                "B'101'::\"bit\""
            })
    @DisplayName("A literal, perhaps of a type, is a constant")
    void constant(String expression) {
        assertThat(SqlExpression.isConstant(expression)).isTrue();
        assertThat(SqlExpression.isPortable(expression)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "now()",
                "CURRENT_TIMESTAMP",
                "gen_random_uuid()",
                "random()",
                "('now'::text)::date",
                "'now'::text::date",
                "((date_part('year'::text, now()))::integer + 1)",
                "(id * 2)",
                "lower(name)"
            })
    @DisplayName("What every database computes is portable, and no constant")
    void portable(String expression) {
        assertThat(SqlExpression.isConstant(expression)).isFalse();
        assertThat(SqlExpression.isPortable(expression)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nextval('shop.orders_id_seq'::regclass)",
                "'shop.orders'::regclass",
                "shop.next_number()",
                "\"Shop\".next_number()",
                "\"Next\"()",
                "('x'::text)::shop.color",
                "pg_read_file('/etc/passwd'::text)",
                "1; drop table t",
                "1 -- and more",
                "1 /* and more",
                "'open",
                "(1",
                "1)",
                "1) , (2",
                "$$x$$"
            })
    @DisplayName("Whatever names something of the source, or is no expression, is neither")
    void neither(String expression) {
        assertThat(SqlExpression.isConstant(expression)).isFalse();
        assertThat(SqlExpression.isPortable(expression)).isFalse();
    }
}
