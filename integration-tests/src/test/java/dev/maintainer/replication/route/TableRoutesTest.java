package dev.maintainer.replication.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableRoutesTest {
    private static TableName routed(String schema, String table, String... rules) {
        return TableRoutes.parse(List.of(rules)).target(new TableName(schema, table));
    }

    @Test
    @DisplayName("the first rule that fits decides, and a table that none fits keeps its name")
    void first() {
        String[] rules = {"shop_*.orders=shop.orders", "shop_*.*=shop.{schema}_{table}"};

        assertThat(routed("shop_1", "orders", rules)).isEqualTo(new TableName("shop", "orders"));
        assertThat(routed("shop_1", "users", rules)).isEqualTo(new TableName("shop", "shop_1_users"));
        assertThat(routed("shop", "users", rules)).isEqualTo(new TableName("shop", "users"));
        assertThat(TableRoutes.parse(List.of()).isEmpty()).isTrue();
    }

    @Test
    @DisplayName("names are taken as they are, whatever characters they have, and nothing in them is filled in")
    void strangeNames() {
        assertThat(routed("a.b", "$1{table}\n", "*.*=x.{table}")).isEqualTo(new TableName("x", "$1{table}\n"));
        assertThat(routed("{table}", "t", "*.*={schema}.{table}")).isEqualTo(new TableName("{table}", "t"));
        assertThat(routed("s(", "t", "s(.t=x.y")).isEqualTo(new TableName("x", "y"));
        assertThat(routed("sx", "t", "s?.t=x.y")).isEqualTo(new TableName("sx", "t"));
    }

    @ParameterizedTest
    @CsvSource({
        "shop.orders, write SCHEMA.TABLE=SCHEMA.TABLE",
        "shop=archive, write SCHEMA.TABLE=SCHEMA.TABLE",
        "a.b.c=d.e, write SCHEMA.TABLE=SCHEMA.TABLE",
        ".b=d.e, write SCHEMA.TABLE=SCHEMA.TABLE",
        "a.b=d.*, * has no meaning on the right",
        "a.b=d.{name}, there is no {name}",
        "a.b=d.{table, a brace is not closed",
        "a.b=table}.e, a brace is not closed"
    })
    @DisplayName("what is no rule is refused, with the rule and what is wrong")
    void refused(String rule, String why) {
        assertThatThrownBy(() -> TableRoutes.parse(List.of("ok.*=ok.{table}", rule)))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("route '" + rule + "' cannot be read")
                .hasMessageContaining(why);
    }
}
