package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PrintableJsonTest {
    @Test
    @DisplayName("An answer is made printable as a whole, names of fields too")
    void tree() throws IOException {
        JsonNode node = StrictJson.MAPPER.readTree("{\"a\\n\":[{\"b\":\"c\\u001b\"},1,null]}");

        assertThat(PrintableJson.of(node)).hasToString("{\"a\\\\n\":[{\"b\":\"c\\\\u001b\"},1,null]}");
        assertThat(node.path("a\n").path(0).path("b").textValue()).isEqualTo("c\u001b");
    }
}
