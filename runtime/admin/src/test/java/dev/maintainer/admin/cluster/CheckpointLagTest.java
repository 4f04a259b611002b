package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.ChangefeedId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CheckpointLagTest {
    private static final Instant NOW = Instant.parse("2026-12-01T05:00:00Z");

    private final FakeNode node = new FakeNode.Cluster().add("n1.a");

    private ObjectNode described(OptionalLong wallMillis) {
        node.wallMillis = wallMillis;
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        new CheckpointLag(node, InstantSource.fixed(NOW)).describe(row, new ChangefeedId("orders"), 450);
        return row;
    }

    @Test
    @DisplayName("The lag is how long ago the position was, and not negative where the clock of the source is ahead")
    void lag() {
        assertThat(described(OptionalLong.of(NOW.toEpochMilli() - 3_200))
                        .path("checkpointLagMillis")
                        .asLong())
                .isEqualTo(3_200);
        assertThat(described(OptionalLong.of(NOW.toEpochMilli() + 50))
                        .path("checkpointLagMillis")
                        .asLong(-1))
                .isZero();
    }

    @Test
    @DisplayName("Nothing is said where nobody knows the time of a position, or it is no time")
    void unknown() {
        assertThat(described(OptionalLong.empty())).isEmpty();
        assertThat(described(OptionalLong.of(621))).isEmpty();
    }
}
