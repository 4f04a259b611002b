package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.admin.testing.FakeClusterAdmin;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.cluster.distributed.HeldWrites;
import dev.maintainer.cluster.distributed.StoreOutage;
import dev.maintainer.cluster.distributed.StoreSilence;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.ReportedError;
import dev.maintainer.node.metrics.NodeActivity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeEventsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    @DisplayName("A node that finds the store of another cluster says so at once, and once for each reason")
    void foreignStore() throws IOException {
        List<ServerExit> ends = new ArrayList<>();
        try (EventLog log = new EventLog(directory, "n1.0")) {
            NodeEvents events = new NodeEvents(
                    log, new NodeActivity(() -> 0), false, (roster, protocol) -> {}, (exit, why) -> ends.add(exit));
            for (int i = 0; i < 10; i++) {
                events.foreignStore("MNT-5003: /maintainer belongs to the cluster 'test'");
            }
            events.foreignStore("MNT-5003: there is no cluster at /maintainer");
        }
        assertThat(Files.readAllLines(directory.resolve("events.jsonl")))
                .satisfiesExactly(
                        first -> assertThat(first).contains("foreign-store", "belongs to the cluster 'test'"),
                        second -> assertThat(second).contains("foreign-store", "there is no cluster at /maintainer"));
        assertThat(ends).isEmpty();
    }

    @Test
    @DisplayName("That the store is gone, that writes are held for it, and that it is back are a line each")
    void outage() throws IOException {
        StoreSilence silence =
                new StoreSilence("ZooKeeper at zk1:2181", Instant.ofEpochSecond(10), Duration.ofSeconds(4));
        try (EventLog log = new EventLog(directory, "n1.0")) {
            NodeEvents events =
                    new NodeEvents(log, new NodeActivity(() -> 0), false, (roster, protocol) -> {}, (exit, why) -> {});
            events.storeSilent(silence, Instant.ofEpochSecond(14));
            events.writesHeld(new HeldWrites(Instant.ofEpochSecond(14), silence, Duration.ZERO));
            events.deposed("its session with the store has ended");
            events.storeAnswers(
                    new StoreOutage("ZooKeeper at zk1:2181", Duration.ofSeconds(56), Duration.ofSeconds(52), 0));
        }
        assertThat(Files.readAllLines(directory.resolve("events.jsonl")))
                .satisfiesExactly(
                        first -> assertThat(first).contains("store-silent", "00:00:10Z", "00:00:14Z"),
                        second -> assertThat(second).contains("writes-held", "ZooKeeper at zk1:2181 has not answered"),
                        third -> assertThat(third).contains("deposed", "its session with the store has ended"),
                        last -> assertThat(last).contains("store-answers", "56000", "52000"));
    }

    private static MaintainerView view(String... messages) {
        return new MaintainerView(
                new ChangefeedId("orders"),
                new MaintainerEpoch(3),
                LifecyclePhase.RUNNING,
                100,
                100,
                1,
                0,
                0,
                Collections.emptySortedMap(),
                Map.of(),
                "",
                new FakeClusterAdmin().scheduling(new ChangefeedId("orders")),
                null,
                messages.length,
                Stream.of(messages)
                        .map(each -> new ReportedError(new NodeId("n2.b"), ErrorCode.SINK_UNAVAILABLE, each, 0))
                        .toList(),
                Collections.emptySortedMap());
    }

    @Test
    @DisplayName("What becomes wrong with a changefeed is an event, and so is its end; not that it lasts")
    void errors() throws IOException {
        try (EventLog log = new EventLog(directory, "n1.0")) {
            ErrorEvents events = new ErrorEvents(log);
            events.published(view());
            events.published(view("the disk is full"));
            events.published(view("the disk is full since 1 s"));
            events.published(view());
            events.published(view());
        }
        assertThat(Files.readAllLines(directory.resolve("events.jsonl")))
                .satisfiesExactly(
                        begin -> assertThat(begin).contains("MNT-2002@n2.b", "the disk is full"),
                        end -> assertThat(end).contains("\"errors\":\"[]\""));
    }
}
