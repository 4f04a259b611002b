package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.SCHEMA;
import static dev.maintainer.it.support.MaintainerBench.createTable;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.incarnation;
import static dev.maintainer.it.support.MaintainerBench.runs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whatever comes from outside, a maintainer does not throw, and its spans stay in order. */
class HostileInputTest {
    private static TableSpan whole(long table) {
        return TableSpan.whole(new TableId(table));
    }

    private static DispatcherSnapshot snapshot(DispatcherId id, TableSpan span, long checkpointTs) {
        return new DispatcherSnapshot(id, span, SCHEMA, ComponentState.WORKING, checkpointTs);
    }

    private static JournalEntry create(DispatcherId id, long table, long startTs) {
        return new JournalEntry(JournalEntry.Kind.CREATE, id, whole(table), SCHEMA, startTs, OperatorType.ADD);
    }

    private static FrozenOperator frozen(DispatcherId id, TableSpan span, long checkpointTs) {
        return new FrozenOperator(id, OperatorType.ADD, "PLACING", span, checkpointTs, null, N1);
    }

    /** The id that the maintainer would make next. */
    private static DispatcherId upcoming(MaintainerBench bench, int steps) {
        return new DispatcherId(bench.trigger().high(), bench.trigger().low() + steps);
    }

    @Test
    @DisplayName("A table that the schema store names twice has one span; table 0 has none")
    void oddTableLists() {
        MaintainerBench bench = MaintainerBench.asking(N1);
        bench.answer(N1, runs(id(1), 2, 100));

        bench.loadTables(1, 1, 2, 0, 2);

        assertThat(bench.table(1)).hasSize(1);
        assertThat(bench.table(2)).containsExactly("REPLICATING@n1");
        assertThat(bench.table(0)).isEmpty();
    }

    @Test
    @DisplayName("Ids and times in a snapshot that cannot be right change nothing else")
    void oddSnapshots() {
        MaintainerBench bench = MaintainerBench.asking(N1);
        bench.answer(
                N1,
                List.of(
                        snapshot(DispatcherId.ZERO, whole(1), 100),
                        snapshot(bench.trigger(), whole(2), 100),
                        snapshot(id(3), whole(3), Long.MAX_VALUE),
                        snapshot(id(4), whole(4), -1),
                        snapshot(upcoming(bench, 1), whole(5), 100),
                        snapshot(id(6), whole(0), 100),
                        snapshot(id(7), whole(99), Long.MAX_VALUE),
                        snapshot(id(3), whole(98), 150)),
                List.of(
                        create(DispatcherId.ZERO, 6, 100),
                        create(bench.trigger(), 7, 100),
                        create(upcoming(bench, 2), 8, Long.MAX_VALUE),
                        create(id(9), 9, -5)));
        bench.begins(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        bench.ddl(120, createTable(98), createTable(99));

        for (long table = 1; table <= 10; table++) {
            assertThat(bench.table(table)).as("table " + table).hasSize(1);
            assertThat(bench.dispatcher(table)).isNotEqualTo(DispatcherId.ZERO).isNotEqualTo(bench.trigger());
        }
        assertThat(bench.dispatcher(3)).isEqualTo(id(3));
        assertThat(bench.dispatcher(4)).isEqualTo(id(4));
        assertThat(bench.table(98)).hasSize(1);
        assertThat(bench.table(99)).hasSize(1);
    }

    @Test
    @DisplayName("A dispatcher that is named twice by its node is adopted once and not removed")
    void theSameDispatcherTwice() {
        MaintainerBench bench = MaintainerBench.asking(N1);
        bench.answer(N1, runs(id(1), 1, 100), runs(id(1), 1, 100));
        bench.loadTables(1);

        assertThat(bench.table(1)).containsExactly("REPLICATING@n1");
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();
    }

    @Test
    @DisplayName("A manifest with ids and times that cannot be right still leaves each table with one span")
    void oddManifest() {
        DispatcherId trigger = MaintainerBench.fresh().trigger();
        TableSpan left = new TableSpan(new TableId(5), SpanBound.LOWEST, SpanBound.before("m"));
        HandoffManifest manifest = new HandoffManifest(List.of(
                frozen(DispatcherId.ZERO, whole(1), 100),
                frozen(trigger, whole(2), 100),
                frozen(id(3), whole(3), Long.MAX_VALUE),
                frozen(id(3), whole(4), 100),
                frozen(id(5), left, -7)));
        MaintainerBench bench = new MaintainerBench(5, 100, manifest, "balance");
        bench.members(N1);
        bench.answer(N1);

        bench.loadTables(1, 2, 3, 4, 5);

        for (long table = 1; table <= 5; table++) {
            assertThat(bench.table(table)).hasSize(1);
            assertThat(bench.dispatcher(table)).isNotEqualTo(DispatcherId.ZERO).isNotEqualTo(trigger);
        }
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .extracting(WorkerCommand.CreateDispatcher::startTs)
                .containsOnly(100L);
    }

    @Test
    @DisplayName("A DDL at an impossible time, or of table 0, is refused and does not hide later ones")
    void oddDdls() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);
        assertThat(bench.ddl(Long.MAX_VALUE, createTable(2))).isEqualTo(Disposition.REFUSED);
        assertThat(bench.ddl(0, createTable(2))).isEqualTo(Disposition.REFUSED);
        assertThat(bench.ddl(-1, createTable(2))).isEqualTo(Disposition.REFUSED);
        bench.ddl(200, createTable(0), dropTable(0), new TableChange.DropSchema(SchemaId.DDL));
        bench.ddl(150, createTable(3));
        bench.ddl(210, createTable(2), createTable(2));
        bench.ddl(220, new TableChange.AddTable(new TableInfo(new TableId(1), new SchemaId(8), true)));

        assertThat(bench.table(0)).isEmpty();
        assertThat(bench.table(1)).hasSize(1);
        assertThat(bench.table(2)).hasSize(1);
    }

    @Test
    @DisplayName("A joiner with impossible ids changes nothing")
    void oddJoiner() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        bench.members(N1, N2, N3);
        bench.takeSent();

        bench.answer(
                N3,
                snapshot(DispatcherId.ZERO, whole(1), 100),
                snapshot(bench.trigger(), whole(0), 100),
                snapshot(bench.dispatcher(1), whole(7), Long.MAX_VALUE));

        assertThat(bench.takeRemoved()).containsExactly(bench.dispatcher(1));
    }

    @Test
    @DisplayName("A membership without the own node, or without any, stops nothing for ever")
    void membershipWithoutTheOwnNode() {
        MaintainerBench bench = MaintainerBench.fresh();
        bench.members();
        bench.members(N2);
        bench.answer(N2);
        bench.pass(2_000);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.BOOTSTRAPPING);
        bench.members(N1, N2);
        bench.answer(N1);
        bench.begins(1, 2);
        bench.completeCreates(100);
        bench.members();
        bench.members(N2);
        bench.pass(2_000);
        bench.members(N1, N2);
        bench.answer(N1);
        bench.pass(2_000);

        assertThat(bench.table(1).get(0)).isNotEqualTo("ABSENT");
        assertThat(bench.suppressed()).isEmpty();
    }

    @Test
    @DisplayName("A host refuses a maintainer that could not start, and keeps the newest membership")
    void oddRequestsToAHost() {
        List<Message> sent = new ArrayList<>();
        MaintainerHost host = new MaintainerHost(
                N1,
                (to, message) -> {
                    sent.add(message);
                    return Transport.SendResult.ENQUEUED;
                },
                (changefeed, ts) -> {},
                "none",
                new QueuedPlanning(name -> (snapshot, budget) -> Plan.keep(new Reason("NOTHING", "nothing to do"))),
                MaintainerConfig.defaults(),
                MaintainerObserver.none());
        host.handle(new HostInput.RequestReceived(N3, new CoordinatorRequest.CoordinatorBootstrap(1)), 0);
        host.handle(new HostInput.MembershipChanged(Membership.of(2, List.of(N1, N2))), 0);
        host.handle(new HostInput.MembershipChanged(Membership.of(1, List.of(N1))), 0);

        for (long checkpointTs : new long[] {0, -1, Long.MAX_VALUE}) {
            assertThat(host.handle(addAt(checkpointTs), 0)).isEqualTo(Disposition.REFUSED);
        }
        assertThat(host.changefeeds()).isEmpty();
        host.handle(addAt(100), 0);

        assertThat(sent).filteredOn(WorkerCommand.Bootstrap.class::isInstance).hasSize(2);
    }

    private static HostInput addAt(long checkpointTs) {
        return new HostInput.RequestReceived(
                N3,
                new CoordinatorRequest.AddMaintainer(
                        CHANGEFEED, new MaintainerEpoch(5), checkpointTs, HandoffManifest.EMPTY, 0));
    }

    // ---- at random ---------------------------------------------------------------------------------------------

    @Test
    @DisplayName("Random reports from outside never make a maintainer throw")
    void randomInputs() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Stranger stranger = new Stranger(seed);
            for (int step = 0; step < 60; step++) {
                String where = "seed " + seed + ", step " + step;
                try {
                    stranger.next();
                } catch (RuntimeException e) {
                    fail(where + ": " + stranger.last, e);
                }
                for (long table = 1; table <= 4; table++) {
                    assertThat(stranger.bench.dispatchers(table))
                            .as(where + ": " + stranger.last)
                            .doesNotHaveDuplicates();
                }
            }
            assertThat(stranger.bench.suppressed()).as("seed " + seed).isEmpty();
        }
    }

    /** Sends whatever the types allow. */
    private static final class Stranger {
        final MaintainerBench bench;
        private final SplittableRandom random;
        private long version;
        private Object last = "nothing";

        Stranger(long seed) {
            random = new SplittableRandom(seed);
            bench = new MaintainerBench(5, 100, HandoffManifest.EMPTY, "balance");
            bench.members(N1, N2);
            version = 10;
        }

        void next() {
            int kind = random.nextInt(100);
            if (kind < 8) {
                List<NodeId> alive = new ArrayList<>();
                for (NodeId node : List.of(N1, N2, N3)) {
                    if (random.nextInt(4) > 0) {
                        alive.add(node);
                    }
                }
                Membership membership = Membership.of(version += random.nextInt(3) - 1, alive);
                last = membership;
                bench.membership(membership);
            } else if (kind < 18) {
                List<TableInfo> tables = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    tables.add(table());
                }
                last = tables;
                bench.tables(new SchemaSnapshot(100, tables));
            } else if (kind < 30) {
                last = "a tick";
                bench.tick();
            } else if (kind < 31) {
                RemovalMode mode = any(RemovalMode.values());
                last = mode;
                bench.remove(mode);
            } else {
                NodeId from = node();
                WorkerReport report = report(kind);
                last = report;
                bench.report(from, report);
            }
        }

        private WorkerReport report(int kind) {
            NodeId node = node();
            if (kind < 50) {
                return new WorkerReport.BootstrapSnapshot(
                        CHANGEFEED,
                        bench.epoch(),
                        incarnation(node),
                        random.nextBoolean() ? 100 : 0,
                        random.ints(random.nextInt(4))
                                .mapToObj(i -> dispatcher())
                                .toList(),
                        random.ints(random.nextInt(3)).mapToObj(i -> journal()).toList());
            }
            if (kind < 78) {
                long ts = random.nextLong(100, 200);
                return new WorkerReport.Heartbeat(
                        CHANGEFEED,
                        bench.epoch(),
                        incarnation(node),
                        Long.MAX_VALUE,
                        random.nextBoolean() ? null : new Watermark(ts, ts, random.nextInt(4)),
                        random.ints(random.nextInt(4)).mapToObj(i -> status()).toList(),
                        random.nextInt(4) == 0,
                        List.of());
            }
            if (kind < 94) {
                return new WorkerReport.BlockStatusReport(
                        CHANGEFEED,
                        bench.epoch(),
                        incarnation(node),
                        random.ints(1 + random.nextInt(3)).mapToObj(i -> ddl()).toList());
            }
            if (kind < 96) {
                WorkerError error = random.nextBoolean() ? null : new WorkerError(node, ErrorCode.TRIGGER_MISMATCH, "");
                return new WorkerReport.PostBootstrapDone(CHANGEFEED, bench.epoch(), id(), error);
            }
            if (kind < 98) {
                return new WorkerReport.CloseDone(CHANGEFEED, bench.epoch(), any(CloseOutcome.values()));
            }
            return new WorkerReport.CommandRefused(
                    CHANGEFEED, bench.epoch(), new MaintainerEpoch(1 + random.nextInt(5)), "Bootstrap");
        }

        private <T> T any(T[] values) {
            return List.of(values).get(random.nextInt(values.length));
        }

        private NodeId node() {
            return List.of(N1, N1, N2, N3, new NodeId("stranger")).get(random.nextInt(5));
        }

        private DispatcherId id() {
            return switch (random.nextInt(6)) {
                case 0 -> DispatcherId.ZERO;
                case 1 -> bench.trigger();
                case 2 -> upcoming(bench, 1 + random.nextInt(4));
                default -> MaintainerBench.id(1 + random.nextInt(4));
            };
        }

        private TableSpan span() {
            TableId table = new TableId(random.nextInt(5));
            return switch (random.nextInt(4)) {
                case 0 -> new TableSpan(table, SpanBound.LOWEST, SpanBound.before("m"));
                case 1 -> new TableSpan(table, SpanBound.before("g"), SpanBound.HIGHEST);
                default -> TableSpan.whole(table);
            };
        }

        private long time() {
            long[] times = {Long.MIN_VALUE, -1, 0, 1, 100, 120, 150, 200, Long.MAX_VALUE - 1, Long.MAX_VALUE};
            return times[random.nextInt(times.length)];
        }

        private ComponentState state() {
            return any(ComponentState.values());
        }

        private TableInfo table() {
            return new TableInfo(new TableId(random.nextInt(5)), new SchemaId(random.nextInt(3)), true);
        }

        private DispatcherSnapshot dispatcher() {
            return new DispatcherSnapshot(id(), span(), new SchemaId(random.nextInt(3)), state(), time());
        }

        private JournalEntry journal() {
            return new JournalEntry(
                    any(JournalEntry.Kind.values()),
                    id(),
                    span(),
                    new SchemaId(random.nextInt(3)),
                    time(),
                    any(OperatorType.values()));
        }

        private DispatcherStatus status() {
            List<DispatcherId> known = bench.dispatchers(1 + random.nextInt(4));
            DispatcherId id = known.isEmpty() || random.nextInt(3) == 0 ? id() : known.get(0);
            return new DispatcherStatus(id, state(), 100 + random.nextInt(100));
        }

        private BlockStatus ddl() {
            TableChange change = switch (random.nextInt(4)) {
                case 0 -> new TableChange.AddTable(table());
                case 2 -> new TableChange.RenameTable(table());
                case 1 -> new TableChange.DropTable(new TableId(random.nextInt(5)));
                default -> new TableChange.DropSchema(new SchemaId(random.nextInt(3)));
            };
            DispatcherId from = random.nextInt(5) == 0 ? id() : bench.trigger();
            return new BlockStatus(
                    from,
                    random.nextInt(4) == 0 ? time() : 100 + random.nextInt(100),
                    BlockStage.NONE,
                    List.of(change));
        }
    }
}
