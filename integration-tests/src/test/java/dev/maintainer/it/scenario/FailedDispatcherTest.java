package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.createTable;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.runs;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
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
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.port.Transport;
import dev.maintainer.dispatcher.DispatcherManager;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.dispatcher.WorkerInput;
import dev.maintainer.it.support.MaintainerBench;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What random worlds have found, each as a story of its own. */
class FailedDispatcherTest {
    @Test
    @DisplayName("a failed create: the node is asked to remove before the span is placed elsewhere")
    void failedCreate() {
        MaintainerBench bench = MaintainerBench.running(List.of(N1, N2), 1);
        DispatcherId dispatcher = bench.dispatcher(1);
        NodeId node = bench.nodeOf(1);
        bench.takeSent();

        bench.statuses(node, new DispatcherStatus(dispatcher, ComponentState.REMOVED, 0));

        assertThat(bench.takeSent()).singleElement().satisfies(sent -> {
            assertThat(sent.to()).isEqualTo(node);
            assertThat(sent.command()).isInstanceOf(WorkerCommand.RemoveDispatcher.class);
        });
        bench.statuses(node, stopped(dispatcher, 0));
        bench.pass(1_000);
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).hasSize(1);
    }

    @Test
    @DisplayName("a dispatcher failed: its node is told to forget it, and the span is placed again behind that")
    void failedDispatcher() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        DispatcherId dispatcher = bench.dispatcher(1);
        NodeId node = bench.nodeOf(1);

        bench.statuses(node, stopped(dispatcher, 140));

        List<MaintainerBench.Sent> sent = bench.takeSent();
        assertThat(sent.get(0).to()).isEqualTo(node);
        assertThat(sent.get(0).command()).isInstanceOf(WorkerCommand.RemoveDispatcher.class);
        assertThat(sent.get(1).command()).isInstanceOf(WorkerCommand.CreateDispatcher.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("a span that fails whenever it is placed is placed ever more rarely, and not whenever a node says so")
    void failsAgainAndAgain(boolean isCreated) {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        DispatcherId dispatcher = bench.dispatcher(1);
        bench.statuses(bench.nodeOf(1), stopped(dispatcher, 140));

        int created = 0;
        for (int i = 0; i < 60_000 / 50; i++) {
            bench.pass(50);
            for (MaintainerBench.Sent sent : bench.takeSent()) {
                if (sent.command() instanceof WorkerCommand.CreateDispatcher) {
                    created++;
                    bench.statuses(
                            sent.to(),
                            isCreated
                                    ? stopped(dispatcher, 140)
                                    : new DispatcherStatus(dispatcher, ComponentState.REMOVED, 0));
                } else if (sent.command() instanceof WorkerCommand.RemoveDispatcher) {
                    bench.statuses(sent.to(), stopped(dispatcher, 0));
                }
            }
        }

        // At once three times, and then after 0.25, 0.5, 1, 2, 4, 8 and 15 s.
        assertThat(created).isBetween(9, 13);
    }

    @Test
    @DisplayName("what a node says from before a create is about an earlier dispatcher of that id")
    void wordsFromBeforeACreate() {
        // given a dispatcher that failed and is created again on its node
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);
        DispatcherId dispatcher = bench.dispatcher(1);
        bench.statuses(N1, stopped(dispatcher, 140));
        bench.pass(1_000);
        long create = bench.take(WorkerCommand.CreateDispatcher.class).get(0).request();

        // when heartbeats arrive that the node made before it had heard of that
        bench.statusesBefore(N1, create - 1, new DispatcherStatus(dispatcher, ComponentState.WORKING, 135));
        // then it is not taken for the new one
        assertThat(bench.table(1)).containsExactly("SCHEDULING@n1");

        // when it works, and an old word of its end arrives late
        bench.statusesBefore(N1, create, new DispatcherStatus(dispatcher, ComponentState.WORKING, 141));
        bench.takeSent();
        bench.statusesBefore(N1, create - 1, stopped(dispatcher, 140));
        // then it goes on
        assertThat(bench.table(1)).containsExactly("REPLICATING@n1");
        assertThat(bench.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("a create and a drop are replayed while the frozen removal's dispatcher still writes: it goes first")
    void replayOfCreateAndDrop() {
        FrozenOperator removal = new FrozenOperator(id(9), OperatorType.REMOVE, "REMOVING", null, 0, N2, null);
        MaintainerBench bench = new MaintainerBench(5, 100, new HandoffManifest(List.of(removal)), "balance");
        bench.members(N1, N2);
        bench.answer(N1);
        bench.answer(N2, runs(id(9), 7, 150));
        bench.begins();
        bench.takeSent();

        bench.ddl(120, createTable(7));
        bench.pass(200);

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .as("two dispatchers of one table would write at once")
                .isEmpty();
        bench.statuses(N2, stopped(id(9), 160));
        bench.pass(200);
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.span()).isEqualTo(TableSpan.whole(new TableId(7))));
        bench.ddl(140, dropTable(7));
        assertThat(bench.table(7)).isEmpty();
    }

    @Test
    @DisplayName("the heartbeat that says a dispatcher failed is lost: the next ones say it too, none passes it")
    void lostLastWord() {
        Worker worker = new Worker();
        worker.create(1);
        worker.create(2);
        worker.fail(1);
        worker.sent.clear();

        worker.pass(1_000);

        assertThat(worker.heartbeats()).isNotEmpty().allSatisfy(heartbeat -> {
            assertThat(heartbeat.statuses()).contains(stopped(id(1), 10));
            assertThat(Objects.requireNonNull(heartbeat.watermark()).checkpointTs())
                    .isEqualTo(10);
        });
        worker.command(new WorkerCommand.RemoveDispatcher(CHANGEFEED, Worker.EPOCH, id(1), OperatorType.REMOVE, 1));
        worker.sent.clear();
        worker.pass(1_000);
        assertThat(worker.heartbeats()).isNotEmpty().allSatisfy(heartbeat -> {
            assertThat(Objects.requireNonNull(heartbeat.watermark()).checkpointTs())
                    .isEqualTo(500);
        });
    }

    @Test
    @DisplayName("a create that is repeated after its dispatcher has failed does not bring it back")
    void lateRepetition() {
        Worker worker = new Worker();
        worker.create(1);
        worker.fail(1);
        worker.sent.clear();

        worker.create(1);

        assertThat(worker.made).hasSize(1);
        assertThat(worker.heartbeats())
                .anySatisfy(heartbeat -> assertThat(heartbeat.statuses())
                        .contains(new DispatcherStatus(id(1), ComponentState.REMOVED, 0)));
    }

    /** A worker whose first dispatcher stands still at 10, and the others are at 500. */
    private static final class Worker implements DispatcherFactory {
        static final MaintainerEpoch EPOCH = new MaintainerEpoch(5);

        final List<Message> sent = new ArrayList<>();
        final List<DispatcherSpec> made = new ArrayList<>();
        private final Deque<WorkerInput> mailbox = new ArrayDeque<>();
        private final List<DispatcherListener> listeners = new ArrayList<>();
        private final DispatcherManager manager = new DispatcherManager(
                N2,
                this,
                (to, message) -> {
                    sent.add(message);
                    return Transport.SendResult.ENQUEUED;
                },
                mailbox::add,
                WorkerConfig.defaults(),
                1);
        private long now = 1_000;

        Worker() {
            command(new WorkerCommand.Bootstrap(CHANGEFEED, EPOCH, 10, null, false));
        }

        void command(WorkerCommand command) {
            handle(new WorkerInput.CommandReceived(N1, command));
        }

        void create(long number) {
            command(new WorkerCommand.CreateDispatcher(
                    CHANGEFEED,
                    EPOCH,
                    id(number),
                    TableSpan.whole(new TableId(number)),
                    new SchemaId(1),
                    10,
                    OperatorType.ADD,
                    1));
        }

        void fail(long number) {
            listeners.get(0).stopped(id(number));
            pass(50);
        }

        void pass(long millis) {
            for (long passed = 0; passed < millis; passed += 50) {
                now += 50;
                handle(new WorkerInput.Tick());
            }
        }

        private void handle(WorkerInput input) {
            manager.handle(input, now);
            while (!mailbox.isEmpty()) {
                manager.handle(mailbox.remove(), now);
            }
        }

        List<WorkerReport.Heartbeat> heartbeats() {
            return sent.stream()
                    .filter(WorkerReport.Heartbeat.class::isInstance)
                    .map(WorkerReport.Heartbeat.class::cast)
                    .toList();
        }

        @Override
        public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
            made.add(spec);
            listeners.add(listener);
            long checkpointTs = spec.dispatcher().equals(id(1)) ? 10 : 500;
            return new Dispatcher() {
                @Override
                public long checkpointTs() {
                    return checkpointTs;
                }

                @Override
                public long resolvedTs() {
                    return checkpointTs;
                }

                @Override
                public void start() {
                    listener.working(spec.dispatcher());
                }

                @Override
                public void close() {
                    listener.stopped(spec.dispatcher());
                }

                @Override
                public void abandon() {
                    // It writes nothing.
                }
            };
        }

        @Override
        public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
            throw new UnsupportedOperationException("no trigger here");
        }

        @Override
        public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {
            // There is no sink.
        }
    }
}
