package dev.maintainer.it.scale;

import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedConfiguration;
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
import dev.maintainer.core.changefeed.Assignment;
import dev.maintainer.core.changefeed.Maintainer;
import dev.maintainer.core.changefeed.MaintainerPorts;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.scheduler.spi.Scheduler;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a span costs a maintainer: CPU time until it is placed, CPU time for one of its statuses, and memory. A program, not a
 * test: it measures, and judges nothing. Arguments: numbers of spans, the first ones to warm up; {@code nodes=N};
 * {@code statuses=ROUNDS}.
 *
 * <p>The workers are played: they report what they were asked to create, in one heartbeat per node, with ids of their own
 * making, as if they had come over a wire. Making the reports is not counted.
 */
public final class SpanCostBench {
    private static final ChangefeedId CHANGEFEED = new ChangefeedId("bench");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final long START_TS = 1_000;
    private static final long TICK_MILLIS = 100;

    private final int spans;
    private final NodeId[] nodes;
    /** What each node was asked to create and has not reported, as two numbers per dispatcher. */
    private final LongList[] asked;
    /** What runs on each node. */
    private final LongList[] running;

    private final Maintainer maintainer;
    private final QueuedPlanning planning;
    private long now = 1_000;
    private long seq;
    private long placed;
    private long cpuNanos;

    private SpanCostBench(int spans, int nodeCount) {
        this.spans = spans;
        this.nodes = new NodeId[nodeCount];
        this.asked = new LongList[nodeCount];
        this.running = new LongList[nodeCount];
        for (int i = 0; i < nodeCount; i++) {
            nodes[i] = new NodeId(String.format("node-%04d", i));
            asked[i] = new LongList();
            running[i] = new LongList();
        }
        Scheduler balance =
                SchedulerCatalog.discover(SpanCostBench.class.getClassLoader()).create("balance", new TreeMap<>());
        this.planning = new QueuedPlanning(name -> balance);
        this.maintainer = new Maintainer(
                new Assignment(
                        CHANGEFEED, EPOCH, nodes[0], START_TS, List.of(), 0, false, ChangefeedConfiguration.NONE),
                SchedulerChoice.of("balance"),
                MaintainerConfig.defaults(),
                new MaintainerPorts(
                        (to, message) -> {
                            if (message instanceof WorkerCommand.CreateDispatcher create) {
                                asked[number(to)].add(create.dispatcher());
                            }
                            return Transport.SendResult.ENQUEUED;
                        },
                        (changefeed, ts) -> {},
                        planning,
                        new MaintainerObserver() {}));
    }

    private static int number(NodeId node) {
        return Integer.parseInt(node.value().substring(5));
    }

    /** Measures each number of spans, in this order. */
    public static void main(String[] args) {
        int nodeCount = 1_000;
        int rounds = 3;
        List<Integer> sizes = new ArrayList<>();
        for (String arg : args) {
            if (arg.startsWith("nodes=")) {
                nodeCount = Integer.parseInt(arg.substring(6));
            } else if (arg.startsWith("statuses=")) {
                rounds = Integer.parseInt(arg.substring(9));
            } else {
                sizes.add(Integer.parseInt(arg));
            }
        }
        for (int size : sizes) {
            measure(size, nodeCount, rounds);
        }
    }

    private static void measure(int size, int nodeCount, int rounds) {
        long heapBefore = usedHeap();
        SpanCostBench bench = new SpanCostBench(size, nodeCount);
        long began = System.nanoTime();
        long processBegan = processCpuNanos();
        bench.begin();
        bench.placeAll();
        long wall = System.nanoTime() - began;
        long process = processCpuNanos() - processBegan;
        long placing = bench.takeCpuNanos();
        long heap = usedHeap() - heapBefore - bench.ownBytes();
        for (int round = 1; round <= rounds; round++) {
            bench.reportAll(START_TS + round);
        }
        long reporting = bench.takeCpuNanos();
        System.out.printf(
                "%9d spans on %d nodes: placed in %.2f s (wall), %.2f s of CPU (process), %.2f s (its thread):"
                        + " %.2f us a span; a status %.3f us; %d bytes a span%n",
                size,
                nodeCount,
                wall / 1e9,
                process / 1e9,
                placing / 1e9,
                placing / 1e3 / size,
                rounds == 0 ? 0 : reporting / 1e3 / size / rounds,
                heap / size);
        bench.keep();
    }

    private void begin() {
        measured(() -> maintainer.membershipChanged(Membership.of(1, new TreeSet<>(List.of(nodes))), now));
        for (int i = 0; i < nodes.length; i++) {
            report(
                    i,
                    new WorkerReport.BootstrapSnapshot(
                            CHANGEFEED, EPOCH, i + 1, i == 0 ? START_TS : 0, List.of(), List.of()));
        }
        List<TableInfo> tables = new ArrayList<>(spans);
        for (int table = 1; table <= spans; table++) {
            tables.add(new TableInfo(new TableId(table), new SchemaId(1 + table % 1_000), true));
        }
        handle(new HostInput.TablesLoaded(CHANGEFEED, new SchemaSnapshot(START_TS, tables)));
        report(0, new WorkerReport.PostBootstrapDone(CHANGEFEED, EPOCH, maintainer.triggerId(), null));
    }

    private void placeAll() {
        while (placed < spans) {
            now += TICK_MILLIS;
            measured(() -> maintainer.tick(now));
            for (int i = 0; i < nodes.length; i++) {
                LongList created = asked[i];
                if (created.size > 0) {
                    asked[i] = new LongList();
                    placed += created.size / 2;
                    running[i].addAll(created);
                    heartbeat(i, created, START_TS);
                }
            }
        }
        // The last plans see that nothing is under way any more.
        for (int i = 0; i < 3; i++) {
            now += 15_000;
            measured(() -> maintainer.tick(now));
        }
        if (maintainer.inspector().view().absent() != 0
                || maintainer.inspector().view().operatorsInFlight() != 0) {
            throw new IllegalStateException(
                    "not placed: " + maintainer.inspector().view());
        }
    }

    private void reportAll(long checkpointTs) {
        now += TICK_MILLIS;
        for (int i = 0; i < nodes.length; i++) {
            heartbeat(i, running[i], checkpointTs);
        }
        measured(() -> maintainer.tick(now));
    }

    private void heartbeat(int node, LongList ids, long checkpointTs) {
        List<DispatcherStatus> statuses = new ArrayList<>(ids.size / 2);
        for (int k = 0; k < ids.size; k += 2) {
            DispatcherId id = new DispatcherId(ids.values[k], ids.values[k + 1]);
            statuses.add(new DispatcherStatus(id, ComponentState.WORKING, checkpointTs));
        }
        report(
                node,
                new WorkerReport.Heartbeat(
                        CHANGEFEED,
                        EPOCH,
                        node + 1,
                        Long.MAX_VALUE,
                        new Watermark(checkpointTs, checkpointTs, ++seq),
                        statuses,
                        false,
                        List.of()));
    }

    private void report(int node, WorkerReport report) {
        handle(new HostInput.ReportReceived(nodes[node], report));
    }

    private void handle(HostInput.PipelineInput input) {
        measured(() -> maintainer.handle(input, now));
    }

    private void measured(Runnable input) {
        long before = threadCpuNanos();
        input.run();
        for (List<HostInput> answers = planning.answerNext(); !answers.isEmpty(); answers = planning.answerNext()) {
            for (HostInput answer : answers) {
                if (answer instanceof HostInput.PlanReturned returned) {
                    maintainer.handle(returned, now);
                }
            }
        }
        cpuNanos += threadCpuNanos() - before;
    }

    private long takeCpuNanos() {
        long taken = cpuNanos;
        cpuNanos = 0;
        return taken;
    }

    private long ownBytes() {
        long bytes = 0;
        for (int i = 0; i < nodes.length; i++) {
            bytes += 8L * (asked[i].values.length + running[i].values.length);
        }
        return bytes;
    }

    private void keep() {
        if (maintainer.inspector().view().spans() != spans) {
            throw new IllegalStateException(
                    "lost spans: " + maintainer.inspector().view());
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Dispatcher ids without objects. */
    private static final class LongList {
        long[] values = new long[16];
        int size;

        void add(DispatcherId id) {
            room(2);
            values[size++] = id.high();
            values[size++] = id.low();
        }

        void addAll(LongList other) {
            room(other.size);
            System.arraycopy(other.values, 0, values, size, other.size);
            size += other.size;
        }

        private void room(int more) {
            if (size + more > values.length) {
                values = Arrays.copyOf(values, Math.max(size + more, values.length * 2));
            }
        }
    }
}
