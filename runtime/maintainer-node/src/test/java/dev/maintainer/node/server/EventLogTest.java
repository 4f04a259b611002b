package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EventLogTest {
    @TempDir
    private Path directory;

    private List<String> lines() throws IOException {
        return Files.readAllLines(directory.resolve("events.jsonl"));
    }

    @Test
    @DisplayName("each event is a line with its times, and what is unknown is left out")
    void events() throws IOException {
        try (EventLog log = new EventLog(directory, "n1.0")) {
            log.add("phase", "changefeed", "a \"b\"\n", "epoch", 3L, "reason", null);
        }
        assertThat(lines()).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(lines().get(0));
        assertThat(line.path("event").asText()).isEqualTo("phase");
        assertThat(line.path("node").asText()).isEqualTo("n1.0");
        assertThat(line.path("changefeed").asText()).isEqualTo("a \"b\"\n");
        assertThat(line.path("epoch").asLong()).isEqualTo(3);
        assertThat(line.path("nanoTime").isIntegralNumber()).isTrue();
        assertThat(line.has("time")).isTrue();
        assertThat(line.has("reason")).isFalse();
    }

    @Test
    @DisplayName("the log of the next process goes on behind that of the last one")
    void continued() throws IOException {
        try (EventLog log = new EventLog(directory, "n1.0")) {
            log.add("started");
        }
        try (EventLog log = new EventLog(directory, "n1.1")) {
            log.add("started");
        }
        assertThat(lines()).hasSize(2);
    }

    @Test
    @DisplayName("a log that cannot be written does not stop whoever reports")
    void unwritable() {
        try (EventLog log = new EventLog(directory.resolve("missing"), "n1.0")) {
            for (int i = 0; i < 20_000; i++) {
                log.add("event", "number", i);
            }
        }
        assertThat(directory.resolve("missing")).doesNotExist();
    }
}
