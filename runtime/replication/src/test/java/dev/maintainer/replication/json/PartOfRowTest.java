package dev.maintainer.replication.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PartOfRowTest {
    @Test
    @DisplayName(
            "What is not told keeps its text and its place, what is told replaces it, and what the part does not name is gone")
    void after() {
        String before = "{\"id\":\"1\",\"gone\":\"x\",\"doc\":\"a \\\"b\\\\\",\"n\":1.10,\"o\":{\"x\":[{},\"}\"]}}";
        assertThat(PartOfRow.after(before, "{\"id\":\"1\",\"doc\":{},\"n\":2.0,\"o\":{}}"))
                .isEqualTo("{\"id\":\"1\",\"doc\":\"a \\\"b\\\\\",\"n\":2.0,\"o\":{\"x\":[{},\"}\"]}}");
        assertThat(PartOfRow.after(before, "{\"n\":{},\"new\":{},\"last\":null}"))
                .isEqualTo("{\"n\":1.10,\"last\":null}");
    }

    @Test
    @DisplayName("A name is the same as it is written, also if it has quotes")
    void names() {
        assertThat(PartOfRow.after(
                        "{\"a\\\"\\\\\":\"1\",\"\u00e9\\ud83d\\ude00\":true}",
                        "{\"\u00e9\\ud83d\\ude00\":{},\"a\\\"\\\\\":{}}"))
                .isEqualTo("{\"\u00e9\\ud83d\\ude00\":true,\"a\\\"\\\\\":\"1\"}");
    }

    @Test
    @DisplayName("A part of a part is a part")
    void parts() {
        String part = PartOfRow.after("{\"a\":\"1\",\"b\":{}}", "{\"a\":\"2\",\"b\":{}}");
        assertThat(part).isEqualTo("{\"a\":\"2\",\"b\":{}}");
    }

    @Test
    @DisplayName("What is no object is refused")
    void refused() {
        assertThatThrownBy(() -> PartOfRow.after("[]", "{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PartOfRow.after("{}", "{\"a\":1} x")).isInstanceOf(IllegalArgumentException.class);
    }
}
