package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.dispatcher.WorkerCounters;
import dev.maintainer.runtime.metrics.Durations;
import dev.maintainer.runtime.node.NodeStatistics;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HungThreadsTest {
    private static final long LONG_AGO = HungThreads.HUNG_NANOS + 1;

    private static NodeStatistics idle(String loop, long nanos) {
        Map<String, NodeStatistics.Loop> loops = new TreeMap<>();
        for (String each : new String[] {"maintainer", "worker", "timer"}) {
            loops.put(each, new NodeStatistics.Loop(0, 0, 0, 0, each.equals(loop) ? nanos : 1));
        }
        return new NodeStatistics(
                new TreeMap<>(loops), new WorkerCounters(), Collections.emptySortedMap(), new Durations(), 0);
    }

    @Test
    @DisplayName("a process whose threads all move is alive, whatever they wait for")
    void alive() {
        assertThat(HungThreads.find(HungThreads.HUNG_NANOS, idle("none", 1), OptionalLong.of(5)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"maintainer", "worker", "timer"})
    @DisplayName("an event loop or a timer that has not moved for ten seconds is named")
    void loops(String loop) {
        assertThat(HungThreads.find(1, idle(loop, LONG_AGO), OptionalLong.empty()))
                .hasValueSatisfying(text -> assertThat(text).contains(loop).contains("10 s"));
    }

    @Test
    @DisplayName("so is the thread that renews the lease, and the coordinator of a leader")
    void others() {
        assertThat(HungThreads.find(LONG_AGO, idle("none", 1), OptionalLong.empty()))
                .hasValueSatisfying(text -> assertThat(text).contains("store"));
        assertThat(HungThreads.find(1, idle("none", 1), OptionalLong.of(LONG_AGO)))
                .hasValueSatisfying(text -> assertThat(text).contains("coordinator"));
    }
}
