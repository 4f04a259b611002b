package dev.maintainer.cluster.embedded;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.runtime.node.NodeConfig;
import java.util.SortedMap;

/**
 * How the nodes of one process behave: their times are as much shorter than those of machines as their leases are.
 *
 * @param scheduler the name of the scheduler with which maintainers start
 * @param balanceMillis how often planners look when nothing has changed; at least 1
 * @param lowLatency whether nodes look more often, so that the checkpoint follows sooner, for more work
 * @param leaseMillis how long a lease lasts; at least 1
 * @param admitRoutes whether two tables of a source may be given one name, so that DDLs that do this are refused
 * @param labels of nodes, for planners
 */
public record ClusterProfile(
        String scheduler,
        long balanceMillis,
        boolean lowLatency,
        long leaseMillis,
        boolean admitRoutes,
        SortedMap<NodeId, SortedMap<String, String>> labels) {
    private static final long STATUS_MILLIS = 200;
    private static final long SUSPECT_MILLIS = 2_000;
    /** As in production, where balancing comes every 15 s and calm lasts two minutes. */
    private static final int CALM_ROUNDS = 8;

    private static final long TICK_MILLIS = 50;
    private static final long FAST_TICK_MILLIS = 10;
    private static final long REDO_MILLIS = 200;
    // A lost block status or acknowledgement should not hold a short run for seconds.
    private static final WorkerConfig WORKER = new WorkerConfig(100, 2_000, 500, 5_000);
    private static final WorkerConfig FAST_WORKER = new WorkerConfig(20, 2_000, 500, 5_000);

    /** A run gives up when it has waited for half a minute. */
    private static final long EXPEL_MILLIS = 8_000;

    private static final long START_MILLIS = 15_000;

    /** How each node behaves. */
    NodeConfig node() {
        PlanningConfig planning = PlanningConfig.builder()
                .balanceMillis(balanceMillis)
                .calmMillis(CALM_ROUNDS * balanceMillis)
                .joinGraceMillis(2 * leaseMillis)
                .nodeLabels(labels)
                .build();
        return NodeConfig.defaults(scheduler)
                .withMaintainer(MaintainerConfig.builder()
                        .checkpointMillis(lowLatency ? 0 : TICK_MILLIS)
                        .statusMillis(STATUS_MILLIS)
                        .suspectMillis(SUSPECT_MILLIS)
                        .redoMillis(lowLatency ? 0 : REDO_MILLIS)
                        .admitRoutes(admitRoutes)
                        .planning(planning)
                        .build())
                .withWorker(lowLatency ? FAST_WORKER : WORKER)
                .withTickMillis(lowLatency ? FAST_TICK_MILLIS : TICK_MILLIS);
    }

    /** How the coordinator behaves. */
    CoordinatorConfig coordinator() {
        return CoordinatorConfig.defaults()
                .withResendMillis(STATUS_MILLIS)
                .withPersistMillis(STATUS_MILLIS)
                .withExpelMillis(EXPEL_MILLIS)
                .withStartMillis(START_MILLIS);
    }
}
