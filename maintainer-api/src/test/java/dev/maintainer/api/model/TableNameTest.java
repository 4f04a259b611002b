package dev.maintainer.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TableNameTest {
    @Test
    @DisplayName("Two tables never look the same: parts with dots, quotes or control characters are quoted")
    void quoted() {
        assertThat(new TableName("shop", "orders")).hasToString("shop.orders");
        assertThat(new TableName("a.b", "c")).hasToString("\"a.b\".c");
        assertThat(new TableName("a", "b.c")).hasToString("a.\"b.c\"");
        assertThat(new TableName("s", "x\ny")).hasToString("s.\"x\\ny\"");
        assertThat(new TableName("s", "\u6f22\u5b57")).hasToString("s.\u6f22\u5b57");
    }

    @Test
    @DisplayName("People may name a table with its quotes or without")
    void called() {
        TableName name = new TableName("a.b", "c");
        assertThat(name.isCalled("a.b.c")).isTrue();
        assertThat(name.isCalled("\"a.b\".c")).isTrue();
        assertThat(name.isCalled("a.\"b.c\"")).isFalse();
        assertThat(name.isCalled("a.bc")).isFalse();
        assertThat(name.isCalled("a.bxc")).isFalse();
        assertThat(new TableName("a", "b.c").isCalled("a.b.c")).isTrue();
    }
}
