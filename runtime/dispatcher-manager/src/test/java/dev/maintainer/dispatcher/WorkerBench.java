package dev.maintainer.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A worker with fake dispatchers, in virtual time. */
final class WorkerBench {
    static final ChangefeedId FEED = new ChangefeedId("feed");
    static final NodeId SELF = new NodeId("self");
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final DispatcherId TRIGGER = new DispatcherId(9, 9);

    static final class FakeDispatcher implements TriggerDispatcher {
        final DispatcherSpec spec;
        final DispatcherListener listener;
        long checkpoint;
        boolean closed;
        boolean abandoned;
        int begun;
        long acknowledged;
        final List<String> resolved = new ArrayList<>();

        @Nullable
        RedoMeta promise;

        final Set<String> throwing;

        private void perhapsThrow(String call) {
            if (throwing.contains(call)) {
                throw new UnsupportedOperationException("no " + call);
            }
        }

        FakeDispatcher(DispatcherSpec spec, DispatcherListener listener, Set<String> throwing) {
            this.throwing = throwing;
            this.spec = spec;
            this.listener = listener;
            this.checkpoint = spec.startTs();
        }

        @Override
        public long checkpointTs() {
            perhapsThrow("checkpointTs");
            return checkpoint;
        }

        @Override
        public long resolvedTs() {
            perhapsThrow("resolvedTs");
            return checkpoint + 5;
        }

        @Override
        public void start() {
            perhapsThrow("start");
        }

        @Override
        public void close() {
            perhapsThrow("close");
            closed = true;
        }

        @Override
        public void abandon() {
            perhapsThrow("abandon");
            abandoned = true;
        }

        @Override
        public long startTs() {
            return spec.startTs();
        }

        @Override
        public void begin() {
            perhapsThrow("begin");
            begun++;
        }

        @Override
        public void acknowledge(long commitTs) {
            perhapsThrow("acknowledge");
            acknowledged = commitTs;
        }

        @Override
        public void resolve(BlockKey event, BarrierAction action) {
            perhapsThrow("resolve");
            resolved.add(action + " " + event);
        }

        @Override
        public void persist(RedoMeta meta) {
            perhapsThrow("persist");
            promise = meta;
        }
    }

    final Map<DispatcherId, FakeDispatcher> made = new LinkedHashMap<>();
    final List<MaintainerEpoch> fences = new ArrayList<>();
    final List<ChangefeedId> released = new ArrayList<>();
    final List<Envelope> sent = new ArrayList<>();
    final Deque<WorkerInput> mailbox = new ArrayDeque<>();
    boolean failFence;
    boolean failCreate;
    /** These cannot be created. */
    final Set<DispatcherId> failing = new TreeSet<>();
    /** What dispatchers that are made from now on, and the factory, throw from. */
    Set<String> throwing = new TreeSet<>();

    Runnable onFence = () -> {};

    long now = 1_000;
    private long lastSequence;

    final DispatcherManager manager = new DispatcherManager(
            SELF,
            new DispatcherFactory() {
                @Override
                public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
                    return make(spec, listener);
                }

                @Override
                public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
                    return make(spec, listener);
                }

                @Override
                public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {
                    if (throwing.contains("fence")) {
                        throw new UnsupportedOperationException("no fence");
                    }
                    if (failFence) {
                        throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "no sink");
                    }
                    onFence.run();
                    fences.add(epoch);
                }

                @Override
                public void release(ChangefeedId changefeed) {
                    released.add(changefeed);
                    if (throwing.contains("release")) {
                        throw new UnsupportedOperationException("no release");
                    }
                }
            },
            (to, message) -> {
                sent.add(new Envelope(SELF, to, message));
                if (message instanceof WorkerReport.BarrierReport report) {
                    lastSequence = report.sequence();
                }
                return dev.maintainer.api.port.Transport.SendResult.ENQUEUED;
            },
            mailbox::add,
            WorkerConfig.defaults(),
            7);

    DispatcherListener silent() {
        return new SignalPost(FEED, 1, mailbox::add);
    }

    FakeDispatcher make(DispatcherSpec spec, DispatcherListener listener) {
        if (failCreate || failing.contains(spec.dispatcher())) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "no room");
        }
        if (throwing.contains("create")) {
            throw new UnsupportedOperationException("no create");
        }
        if (throwing.contains("open")) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "no space left");
        }
        FakeDispatcher dispatcher = new FakeDispatcher(spec, listener, throwing);
        made.put(spec.dispatcher(), dispatcher);
        return dispatcher;
    }

    static MaintainerEpoch epoch(long value) {
        return new MaintainerEpoch(value);
    }

    static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    void command(NodeId from, WorkerCommand command) {
        manager.handle(new WorkerInput.CommandReceived(from, command), now);
        drain();
    }

    void drain() {
        while (!mailbox.isEmpty()) {
            manager.handle(mailbox.remove(), now);
        }
        assertThat(manager.audit()).isEmpty();
    }

    void bootstrap(NodeId from, long epoch) {
        command(from, new WorkerCommand.Bootstrap(FEED, epoch(epoch), 10, null, false));
    }

    void bootstrapWithTrigger(NodeId from, long epoch, DispatcherId trigger) {
        command(from, new WorkerCommand.Bootstrap(FEED, epoch(epoch), 10, trigger, false));
    }

    void lateBootstrap(NodeId from, long epoch) {
        command(from, new WorkerCommand.Bootstrap(FEED, epoch(epoch), 10, null, true));
    }

    /** An owner takes over, and has these dispatchers made, at 10. */
    void hosts(NodeId owner, long epoch, long... numbers) {
        bootstrap(owner, epoch);
        for (long n : numbers) {
            create(owner, epoch, n, 10);
        }
    }

    void create(NodeId from, long epoch, long n, long startTs) {
        command(
                from,
                new WorkerCommand.CreateDispatcher(
                        FEED,
                        epoch(epoch),
                        id(n),
                        TableSpan.whole(new TableId(n)),
                        new SchemaId(1),
                        startTs,
                        OperatorType.ADD,
                        1));
    }

    /** Table 7 cut at these keys; the parts are 1, 2, ... from 10, 20, ... on, and work. */
    void createParts(NodeId from, long epoch, String... cuts) {
        SpanBound start = SpanBound.LOWEST;
        for (int i = 0; i <= cuts.length; i++) {
            SpanBound end = i < cuts.length ? SpanBound.before(cuts[i]) : SpanBound.HIGHEST;
            command(
                    from,
                    new WorkerCommand.CreateDispatcher(
                            FEED,
                            epoch(epoch),
                            id(i + 1),
                            new TableSpan(new TableId(7), start, end),
                            new SchemaId(1),
                            10L * (i + 1),
                            OperatorType.ADD,
                            i + 1));
            working(id(i + 1));
            start = end;
        }
        take();
    }

    void merge(NodeId from, long epoch, long request, long target, long... sources) {
        List<DispatcherId> ids =
                Arrays.stream(sources).mapToObj(WorkerBench::id).toList();
        command(from, new WorkerCommand.MergeDispatchers(FEED, epoch(epoch), id(target), ids, request));
    }

    void remove(NodeId from, long epoch, DispatcherId id) {
        remove(from, epoch, id, 1);
    }

    void remove(NodeId from, long epoch, DispatcherId id, long request) {
        remove(from, epoch, id, request, OperatorType.MOVE);
    }

    void remove(NodeId from, long epoch, DispatcherId id, long request, OperatorType intent) {
        command(from, new WorkerCommand.RemoveDispatcher(FEED, epoch(epoch), id, intent, request));
    }

    /** The number of the last report about block events that was sent. */
    long lastSequence() {
        return lastSequence;
    }

    /** What was said of dispatchers since the last call, the last word of each: "1 STOPPED 10". */
    List<String> statuses() {
        tick(1);
        Map<DispatcherId, String> last = new LinkedHashMap<>();
        for (WorkerReport.Heartbeat heartbeat : take(WorkerReport.Heartbeat.class)) {
            heartbeat
                    .statuses()
                    .forEach(status -> last.put(
                            status.dispatcher(),
                            status.dispatcher().low() + " " + status.state() + " " + status.checkpointTs()));
        }
        return List.copyOf(last.values());
    }

    void close(NodeId from, long epoch, RemovalMode mode) {
        command(from, new WorkerCommand.CloseChangefeed(FEED, epoch(epoch), mode));
    }

    FakeDispatcher fake(DispatcherId id) {
        FakeDispatcher dispatcher = made.get(id);
        if (dispatcher == null) {
            throw new AssertionError("never made: " + id);
        }
        return dispatcher;
    }

    /** They say that they work, one after the other. */
    void working(DispatcherId... ids) {
        for (DispatcherId id : ids) {
            fake(id).listener.working(id);
            drain();
        }
    }

    /** They say that they have ended, one after the other. */
    void stopped(DispatcherId... ids) {
        for (DispatcherId id : ids) {
            fake(id).listener.stopped(id);
            drain();
        }
    }

    WorkerReport.Heartbeat heartbeatAfter(long millis) {
        tick(millis);
        return last(WorkerReport.Heartbeat.class);
    }

    void tick(long millis) {
        now += millis;
        manager.handle(new WorkerInput.Tick(), now);
    }

    /** What was sent since the last call. */
    List<Envelope> take() {
        List<Envelope> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    <M extends Message> List<M> take(Class<M> kind) {
        return take().stream()
                .map(Envelope::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    <M extends WorkerReport> M last(Class<M> kind) {
        List<M> all = take(kind);
        if (all.isEmpty()) {
            throw new AssertionError("no " + kind.getSimpleName());
        }
        return all.get(all.size() - 1);
    }

    List<DispatcherId> hosted() {
        return manager.hosted(FEED).stream().map(HostedDispatcher::id).toList();
    }
}
