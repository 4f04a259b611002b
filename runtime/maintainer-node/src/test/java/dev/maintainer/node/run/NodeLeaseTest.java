package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.cluster.embedded.InProcessNetwork;
import dev.maintainer.cluster.embedded.LeaseMembership;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSink;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.stream.StreamingDispatcherFactory;
import dev.maintainer.replication.stream.WrittenWork;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.node.NodeConfig;
import dev.maintainer.runtime.node.NodePorts;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLeaseTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final NodeId NODE = new NodeId("n1");
    private static final NodeId OTHER = new NodeId("other");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final long TTL = 10_000;
    private static final WorkerConfig QUICK = new WorkerConfig(100, 2_000, 500, 5_000);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    private final InProcessNetwork network = new InProcessNetwork();
    private final AtomicLong now = new AtomicLong();
    private final LeaseMembership leases = new LeaseMembership(TTL, now::get);
    private final ChangeLog log = new ChangeLogBuilder()
            .createTable(10, new TableName("s", "t"))
            .row(20, new TableName("s", "t"), RowEvent.Op.I, "a", "{}")
            .row(30, new TableName("s", "t"), RowEvent.Op.I, "b", "{}")
            .build("digest");
    private final Frontier frontier = new Frontier(log.startTs());

    /** Fails as soon as there is a maintainer to show. */
    private static MaintainerObserver failing() {
        return new MaintainerObserver() {
            @Override
            public void published(MaintainerView view) {
                throw new IllegalStateException("on purpose");
            }
        };
    }

    private Node started(FileSink sink) {
        network.register(OTHER, (Envelope envelope) -> heard.add(envelope.message()));
        NodePorts ports = NodePorts.builder(network, leases)
                .schemas((changefeed, ts) -> log.tablesAt(ts))
                .dispatchers((context, changefeed, configuration) -> new StreamingDispatcherFactory(
                        new ChangeLogSource(log, frontier), sink, null, new WrittenWork().of(NODE), context))
                .planners(name -> (snapshot, budget) -> Plan.keep(new Reason("NONE", "")))
                .observer(failing())
                .build();
        Node node = new Node(NODE, NodeConfig.defaults("none").withWorker(QUICK), ports, 1);
        node.start();
        return node;
    }

    private <M extends Message> M hear(Class<M> kind) throws InterruptedException {
        while (true) {
            Message message = heard.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("waiting for " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
        }
    }

    private void send(Message message) {
        network.transportOf(OTHER).send(NODE, message);
    }

    @Test
    @DisplayName("a node that lives but loses its lease: its worker writes no more, host loop, timer and threads end")
    void leaseLost() throws InterruptedException {
        try (SinkDirectory directory = SinkDirectory.claim(temporary.resolve("sink"), "digest")) {
            FileSink sink = new FileSink(directory, FEED);
            Node node = started(sink);
            send(new WorkerCommand.Bootstrap(FEED, EPOCH, 10, null, false));
            hear(WorkerReport.BootstrapSnapshot.class);
            send(new WorkerCommand.CreateDispatcher(
                    FEED,
                    EPOCH,
                    new DispatcherId(1, 1),
                    TableSpan.whole(new TableId(1)),
                    new SchemaId(1),
                    10,
                    OperatorType.ADD,
                    1));
            frontier.advanceTo(20);
            while (sink.rowsApplied() < 1) {
                hear(WorkerReport.Heartbeat.class);
            }

            node.pauseRenewals();
            for (long passed = 0; passed <= 2 * TTL; passed += TTL / 5) {
                now.set(passed);
                leases.check();
            }

            assertThat(node.isLost()).isTrue();
            assertThat(node.awaitEnd(20_000)).isTrue();
            frontier.advanceTo(30);
            assertThat(sink.rowsApplied()).isEqualTo(1);
            assertThat(leases.current().alive()).isEmpty();
            heard.clear();
            send(new WorkerCommand.Bootstrap(FEED, EPOCH, 10, null, false));
            assertThat(heard).isEmpty();
            node.stop();
        }
    }

    @Test
    @DisplayName("a host that throws, here because of its observer, goes on with the next request")
    void hostThrows() throws InterruptedException {
        try (SinkDirectory directory = SinkDirectory.claim(temporary.resolve("sink"), "digest")) {
            Node node = started(new FileSink(directory, FEED));
            send(new CoordinatorRequest.CoordinatorBootstrap(1));
            hear(CoordinatorReport.HostSnapshot.class);
            send(new CoordinatorRequest.AddMaintainer(FEED, EPOCH, 10, HandoffManifest.EMPTY, 0));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (node.failures().isEmpty() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            send(new CoordinatorRequest.CoordinatorBootstrap(2));
            assertThat(hear(CoordinatorReport.HostSnapshot.class).version()).isEqualTo(2);
            assertThat(node.failures()).containsKey("Tick IllegalStateException");
            node.stop();
            assertThat(node.awaitEnd(20_000)).isTrue();
        }
    }
}
