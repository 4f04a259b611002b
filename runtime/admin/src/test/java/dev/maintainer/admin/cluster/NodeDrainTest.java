package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeDrainTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private TwoNodes nodes;

    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void start() {
        nodes = new TwoNodes(temporary, null);
    }

    private NodeDrain drain() {
        return new NodeDrain(nodes.second, nodes.atSecond);
    }

    @Test
    @DisplayName("A node is empty when the leader says so")
    void emptied() throws InterruptedException {
        assertThat(drain().await(LONG, () -> false, text -> {
                    progress.add(text);
                    nodes.first.coordinator.emptied = true;
                }))
                .isTrue();
        assertThat(nodes.first.coordinator.asked).containsExactly("drain n2.b");
        assertThat(progress).singleElement().asString().contains("is being emptied");
    }

    @Test
    @DisplayName("A leader that comes in between does not know of the drain, and is asked again")
    void newLeader() throws InterruptedException {
        FakeCoordinator coordinator = nodes.first.coordinator;
        assertThat(drain().await(LONG, () -> false, text -> {
                    progress.add(text);
                    if (progress.size() == 1) {
                        coordinator.cancelDrain(99);
                    } else {
                        coordinator.emptied = true;
                    }
                }))
                .isTrue();
        assertThat(coordinator.asked).containsExactly("drain n2.b", "cancel drain", "drain n2.b");
    }

    @Test
    @DisplayName("Without a leader it waits for one, says so, and ends when that is enough")
    void noLeader() throws InterruptedException {
        nodes.cluster.leader = null;
        assertThat(drain().await(LONG, () -> !progress.isEmpty(), progress::add))
                .isFalse();
        assertThat(progress).singleElement().asString().contains("no member leads");
    }

    @Test
    @DisplayName("It takes no longer than allowed")
    void bounded() throws InterruptedException {
        assertThat(drain().await(Duration.ofMillis(1), () -> false, progress::add))
                .isFalse();
    }
}
