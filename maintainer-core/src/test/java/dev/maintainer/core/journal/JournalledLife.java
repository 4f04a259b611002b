package dev.maintainer.core.journal;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** A host that lives a full life among obliging workers and much nonsense, while its inputs are journalled. */
final class JournalledLife {
    private static final ChangefeedId FEED = new ChangefeedId("feed-1");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(3);
    private static final NodeId SELF = new NodeId("n1");
    private static final NodeId COORDINATOR = new NodeId("c");
    private static final long START = 1_000_000;
    private static final int TABLES = 12;

    static final JournalHeader HEADER = new JournalHeader(
            SELF, MaintainerConfig.defaults(), "balance", new TreeMap<>(), "test", START, 1_700_000_000_000L);

    private final RecordCodec codec = new RecordCodec();
    private final EffectDigest digest = new EffectDigest(codec);
    private final RecordWriter portion = codec.writer();
    private final JournalEncoder encoder = new JournalEncoder(portion);
    private final Deque<HostInput> answers = new ArrayDeque<>();
    private final SplittableRandom random;
    private final RandomValues nonsense;
    private final MaintainerHost host;
    private final List<byte[]> portions = new ArrayList<>();
    private long now = START;
    private long seq;
    private long effects;
    private long hash;

    JournalledLife(long seed) throws ReflectiveOperationException {
        this.random = new SplittableRandom(seed);
        this.nonsense = new RandomValues(seed);
        this.host = new MaintainerHost(
                SELF,
                this::send,
                (changefeed, ts) -> {
                    digest.tablesRequested(changefeed, ts);
                    answers.add(new HostInput.TablesLoaded(changefeed, tables(ts)));
                },
                "balance",
                new Planning(),
                MaintainerConfig.defaults(),
                MaintainerObserver.none());
        encoder.header(HEADER);
        cut();
        live();
    }

    private final class Planning implements PlanningPort {
        private final QueuedPlanning queue = new QueuedPlanning(name ->
                SchedulerCatalog.discover(JournalledLife.class.getClassLoader()).create(name, new TreeMap<>()));

        @Override
        public void ask(PlanRequest request) {
            digest.planRequested(request);
            answers.addAll(queue.answer(request));
        }

        @Override
        public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
            digest.planningDropped(changefeed, epoch);
            queue.drop(changefeed, epoch);
        }
    }

    /** The journal, portion by portion, the header first. */
    List<byte[]> portions() {
        return portions;
    }

    long effects() {
        return effects;
    }

    long hash() {
        return hash;
    }

    private static SchemaSnapshot tables(long ts) {
        return new SchemaSnapshot(
                ts,
                LongStream.rangeClosed(1, TABLES)
                        .mapToObj(table -> new TableInfo(new TableId(table), new SchemaId(1), true))
                        .toList());
    }

    private void live() throws ReflectiveOperationException {
        members(1, "n1", "n2", "n3");
        request(new CoordinatorRequest.CoordinatorBootstrap(1));
        request(new CoordinatorRequest.AddMaintainer(FEED, EPOCH, 100, HandoffManifest.EMPTY, 0));
        pass(60);
        members(2, "n1", "n3");
        pass(60);
        members(3, "n1", "n3", "n4");
        pass(60);
        request(new CoordinatorRequest.RemoveMaintainer(FEED, EPOCH, RemovalMode.HANDOFF));
        pass(20);
        request(new CoordinatorRequest.AcknowledgeFinalStatus(FEED, EPOCH));
        pass(5);
    }

    private void members(long version, String... nodes) {
        handle(new HostInput.MembershipChanged(
                Membership.of(version, Arrays.stream(nodes).map(NodeId::new).toList())));
    }

    private void request(CoordinatorRequest request) {
        handle(new HostInput.RequestReceived(COORDINATOR, request));
    }

    private void pass(int ticks) throws ReflectiveOperationException {
        for (int i = 0; i < ticks; i++) {
            now += 50;
            handle(new HostInput.Tick());
            if (random.nextInt(3) == 0) {
                HostInput strange = (HostInput) nonsense.value(HostInput.class);
                // A membership of strangers, or a leader from nowhere, would end the life before it has begun.
                if (strange instanceof HostInput.ReportReceived || strange instanceof HostInput.TablesLoaded) {
                    handle(strange);
                }
            }
            for (int answer = answers.size(); answer > 0; answer--) {
                handle(answers.removeFirst());
            }
            if (i % 10 == 0) {
                cut();
            }
        }
        cut();
    }

    private void handle(HostInput input) {
        digest.clear();
        Disposition disposition = null;
        String failure = null;
        try {
            disposition = host.handle(input, now);
        } catch (RuntimeException e) {
            failure = e.getClass().getName();
        }
        encoder.entry(now, input, disposition, failure, digest.count(), digest.hash());
        effects += digest.count();
        hash = EffectDigest.chain(hash, digest.count(), digest.hash());
    }

    private void cut() {
        if (portion.size() > 0) {
            portions.add(Arrays.copyOf(portion.array(), portion.size()));
            portion.clear();
        }
    }

    private Transport.SendResult send(NodeId to, Message message) {
        digest.sent(to, message);
        if (random.nextInt(10) == 0) {
            return Transport.SendResult.CONGESTED;
        }
        if (message instanceof WorkerCommand.Bootstrap bootstrap) {
            answers.add(new HostInput.ReportReceived(
                    to,
                    new WorkerReport.BootstrapSnapshot(
                            FEED,
                            bootstrap.epoch(),
                            to.value().hashCode(),
                            bootstrap.trigger() == null ? 0 : 100,
                            List.of(),
                            List.of())));
        } else if (message instanceof WorkerCommand.PostBootstrap post) {
            answers.add(new HostInput.ReportReceived(
                    to, new WorkerReport.PostBootstrapDone(FEED, post.epoch(), post.trigger(), null)));
        } else if (message instanceof WorkerCommand.CreateDispatcher create) {
            status(to, create.dispatcher(), ComponentState.WORKING);
        } else if (message instanceof WorkerCommand.RemoveDispatcher remove) {
            status(to, remove.dispatcher(), ComponentState.STOPPED);
        }
        return Transport.SendResult.ENQUEUED;
    }

    private void status(NodeId node, DispatcherId dispatcher, ComponentState state) {
        long checkpointTs = 100 + now - START;
        answers.add(new HostInput.ReportReceived(
                node,
                new WorkerReport.Heartbeat(
                        FEED,
                        EPOCH,
                        node.value().hashCode(),
                        Long.MAX_VALUE,
                        new Watermark(checkpointTs, checkpointTs, ++seq),
                        List.of(new DispatcherStatus(dispatcher, state, checkpointTs)),
                        false,
                        List.of())));
    }
}
