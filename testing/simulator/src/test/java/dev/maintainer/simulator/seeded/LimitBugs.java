package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DEGRADED_IN_TURN;
import static dev.maintainer.simulator.invariant.Invariant.EXECUTED_WAS_ASKED;
import static dev.maintainer.simulator.invariant.Invariant.LIMITS_KEPT;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_THROWS;
import static dev.maintainer.simulator.invariant.Invariant.NO_BUSY_LOOP;
import static dev.maintainer.simulator.invariant.Invariant.NO_GAP;
import static dev.maintainer.simulator.invariant.Invariant.PLANNERS_BOUNDED;
import static dev.maintainer.simulator.invariant.Invariant.PLANNERS_INFORMED;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;

/** Bugs of bounds: what is kept too long, is done too often or too much at a time, or is shared by mistake. */
final class LimitBugs {
    private static final String HOST = "SchedulerHost";
    private static final String HEALTH = "SchedulerHealth";

    private LimitBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("L01", "the planner's session is kept after a handoff")
                        .in(
                                "LifecycleTransitions",
                                "scheduling.close();\n        removal.begin(nowMillis);",
                                "removal.begin(nowMillis);")
                        .caughtBy(PLANNERS_BOUNDED)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("L02", "the planner's session is kept when a newer owner is heard of")
                        .in(
                                "LifecycleTransitions",
                                "scheduling.close();\n            advance(LifecyclePhase.Event.FENCED, nowMillis);",
                                "advance(LifecyclePhase.Event.FENCED, nowMillis);")
                        .caughtBy(PLANNERS_BOUNDED)
                        .first(Workload.ZOMBIE_OWNER),
                SeededBug.of("L03", "requests of former owners count as executed")
                        .in("DispatcherCommands", "executed = 0; merges.restart();", "merges.restart();")
                        .caughtBy(EXECUTED_WAS_ASKED)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("L04", "an owner is known by the object of its epoch only")
                        .in(
                                "OwnerFence",
                                "senderEpoch.equals(epoch) && sender.equals(owner)",
                                "senderEpoch == epoch && sender.equals(owner)")
                        .caughtBy(CONVERGES)
                        .first(Workload.STEADY),
                SeededBug.of("L05", "faults are counted on after a good round")
                        .in(HEALTH, "faults = 0;\n        pausedUntil", "pausedUntil")
                        .caughtBy(DEGRADED_IN_TURN)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("L06", "a scheduler is degraded one fault too early")
                        .in(
                                HEALTH,
                                "faults < config.faultsUntilDegraded()",
                                "faults + 1 < config.faultsUntilDegraded()")
                        .caughtBy(DEGRADED_IN_TURN)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("L07", "a planner that is behind is told changes only")
                        .in(
                                HOST,
                                "rounds.restart();\n            demand.want();\n        } else {",
                                "demand.want();\n        } else {")
                        .caughtBy(PLANNERS_INFORMED)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("L08", "a write that has failed is tried again at once")
                        .in("MetadataSlot", "retryAt = nowMillis + config.resendMillis();", "retryAt = nowMillis;")
                        .caughtBy(NO_BUSY_LOOP),
                SeededBug.of("L09", "one operator more than allowed goes to a node")
                        .in(
                                "PlanAdmission",
                                "operators.traffic().towards(target) >= maxInFlightPerNode",
                                "operators.traffic().towards(target) > maxInFlightPerNode")
                        .caughtBy(LIMITS_KEPT),
                SeededBug.of("L10", "a node is emptied at once, whatever the pace of a drain")
                        .in("DrainFallback", "return Math.max(0, Math.min(otherwise, free));", "return otherwise;")
                        .caughtBy(LIMITS_KEPT)
                        .first(Workload.DRAIN),
                SeededBug.of("L11", "of DDLs with one commit time only the first is applied")
                        .in("BlockStatuses", "status.commitTs() > before)", "status.commitTs() > appliedTs)")
                        .caughtBy(CONVERGES, CHECKPOINT_HONEST, Invariant.REDO_HONEST)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("L12", "a table that is renamed is listed in its former schema")
                        .in(
                                "SpanRegistry",
                                "leave(known);\n        known.schema = schema;\n        enter(known);",
                                "known.schema = schema;")
                        .caughtBy(NOTHING_THROWS, REGISTRY_CONSISTENT, CONVERGES, CHECKPOINT_HONEST)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("L13", "a table that is renamed stays in its former schema")
                        .in("TableChanges", "registry.changeSchema(table.table(), table.schema());", "")
                        .caughtBy(CONVERGES, CHECKPOINT_HONEST, NO_GAP, Invariant.BARRIER_HOLDS)
                        .first(Workload.TABLE_STORM));
    }
}
