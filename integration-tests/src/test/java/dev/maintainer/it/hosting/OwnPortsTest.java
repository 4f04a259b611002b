package dev.maintainer.it.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.runtime.coordination.CoordinatorRole;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.node.NodeConfig;
import dev.maintainer.runtime.node.NodePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The example of docs/hosting.md, and that it works. */
class OwnPortsTest {
    private static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final int TABLES = 12;
    private static final Path PAGE = Path.of("..", "docs", "hosting.md");

    private final OwnPorts ports = new OwnPorts();
    private final Map<NodeId, CoordinatorRole> roles = new TreeMap<>();
    private final Semaphore shown = new Semaphore(0);

    private static SchemaSnapshot tablesAt(long ts) {
        return new SchemaSnapshot(
                ts,
                LongStream.rangeClosed(1, TABLES)
                        .mapToObj(number -> new TableInfo(
                                new TableId(number), new SchemaId(1), new TableName("shop", "t" + number), false))
                        .toList());
    }

    private Node start(String name) {
        NodeId id = new NodeId(name);
        SchedulerCatalog schedulers = SchedulerCatalog.discover(getClass().getClassLoader());
        NodePorts all = NodePorts.builder(ports, ports)
                .schemas((changefeed, ts) -> tablesAt(ts))
                .dispatchers((context, changefeed, configuration) -> ports)
                .planners(scheduler -> schedulers.create(scheduler, Collections.emptySortedMap()))
                .observer(new MaintainerObserver() {
                    @Override
                    public void published(MaintainerView view) {
                        shown.release();
                    }
                })
                .build();
        CoordinatorRole role = new CoordinatorRole(
                id,
                ports,
                ports,
                ports,
                leaderEpoch -> ports,
                CoordinatorConfig.defaults().withResendMillis(100).withPersistMillis(100),
                CoordinatorObserver.NONE);
        roles.put(id, role);
        Node node = new Node(id, NodeConfig.defaults("balance"), all, roles.size(), role);
        node.start();
        return node;
    }

    private CoordinatorRole role(String node) {
        return Objects.requireNonNull(roles.get(new NodeId(node)));
    }

    /** Looks again whenever a maintainer shows itself. */
    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            assertThat(shown.tryAcquire(60, TimeUnit.SECONDS))
                    .as("waiting for " + what)
                    .isTrue();
        }
    }

    private boolean eachTableIsReplicatedOnce() {
        return LongStream.rangeClosed(1, TABLES)
                .allMatch(number -> Long.valueOf(1).equals(ports.replicating.get(String.valueOf(number))));
    }

    private List<NodeId> leaders() {
        return roles.entrySet().stream()
                .filter(each -> each.getValue().isLeading())
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    @DisplayName("three nodes on ports of the user's own replicate a changefeed, and go on when the leader has gone")
    void ownPorts() throws InterruptedException {
        Map<String, Node> nodes = new TreeMap<>();
        for (String name : List.of("a", "b", "c")) {
            nodes.put(name, start(name));
        }
        assertThat(leaders()).containsExactly(new NodeId("a"));
        role("a").create(new CoordinatorInput.CreateChangefeed(FEED, 10));
        await("all tables to be replicated", this::eachTableIsReplicatedOnce);
        assertThat(ports.read(FEED)).isPresent();

        Objects.requireNonNull(nodes.remove("a")).stop();

        await("somebody else to lead", () -> leaders().equals(List.of(new NodeId("b"))));
        await("the changefeed to have an owner that lives", () -> {
            var view = role("b").views().get(FEED);
            return view != null && view.owner() != null && !view.owner().value().equals("a");
        });
        await("all tables to be replicated again", this::eachTableIsReplicatedOnce);
        for (Node node : nodes.values()) {
            node.stop();
        }
        assertThat(ports.nodes).isEmpty();
    }

    @Test
    @DisplayName("the page shows the ports as they are, and they are short")
    void page() throws Exception {
        String source = Files.readString(
                Path.of("src/test/java", OwnPorts.class.getName().replace('.', '/') + ".java"));
        String body = source.substring(source.indexOf("/** All ports"));
        assertThat(Files.readString(PAGE)).contains(body.strip());
        assertThat(body.lines().filter(line -> !line.isBlank())).hasSizeLessThan(150);
    }
}
