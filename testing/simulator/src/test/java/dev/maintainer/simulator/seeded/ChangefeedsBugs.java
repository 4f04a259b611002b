package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DELETED_LAST;
import static dev.maintainer.simulator.invariant.Invariant.DRAINED_IS_EMPTY;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.PLANNERS_BOUNDED;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Bugs that nobody sees while there is one changefeed: what belongs to one is taken for all, or for another. */
final class ChangefeedsBugs {
    private static final String COORDINATOR = "Coordinator";
    private static final String HOST = "MaintainerHost";

    private ChangefeedsBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("F01", "a node is empty when the last changefeed has nothing there")
                        .in(
                                "DrainSession",
                                "spans += placement.ownership().drain().spans(); operators += placement.ownership().drain().operators();",
                                "spans = placement.ownership().drain().spans(); operators = placement.ownership().drain().operators();")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.CHANGEFEEDS),
                SeededBug.of("F02", "the death of a node is told to the first changefeed only")
                        .in(
                                COORDINATOR,
                                "gone.forEach(node -> placement.nodeGone(node, nowMillis));",
                                "gone.forEach(node -> placement.nodeGone(node, nowMillis)); break;")
                        .caughtBy(CONVERGES)
                        .first(Workload.CHANGEFEEDS),
                SeededBug.of("F03", "the first maintainer of a host only hears of new members")
                        .in(
                                HOST,
                                "hosted.values().forEach(each -> each.membershipChanged(",
                                "hosted.values().stream().limit(1).forEach(each -> each.membershipChanged(")
                        .caughtBy(CONVERGES)
                        .first(Workload.CHANGEFEEDS),
                SeededBug.of("F04", "a maintainer that has closed takes the others of its host with it")
                        .in(HOST, "hosted.remove(status.changefeed());", "hosted.clear();")
                        .caughtBy(PLANNERS_BOUNDED)
                        .first(Workload.CHANGEFEEDS),
                SeededBug.of("F05", "a changefeed that is closed takes the others of its worker with it")
                        .in("DispatcherManager", "workers.remove(worker.changefeed());", "workers.clear();")
                        .caughtBy(ONE_WRITER, DELETED_LAST)
                        .first(Workload.CHANGEFEEDS),
                SeededBug.of("F06", "a new coordinator takes the owner of one changefeed for that of another")
                        .in(
                                "OwnerSearch",
                                "if (!status.changefeed().equals(durable.changefeed())) {",
                                "if (status == null) {")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.CHANGEFEEDS));
    }
}
