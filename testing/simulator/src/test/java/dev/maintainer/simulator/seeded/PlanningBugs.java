package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DEGRADED_IN_TURN;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_THROWS;
import static dev.maintainer.simulator.invariant.Invariant.NO_BUSY_LOOP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.PLANNERS_INFORMED;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Bugs of planning away from the loop: deadlines, rounds, deltas, the degraded state, and swaps. */
final class PlanningBugs {
    private static final String HOST = "SchedulerHost";
    private static final String ROUNDS = "PlanRounds";
    private static final String SELECTION = "SchedulerSelection";
    private static final String SESSION = "PlanningSession";
    private static final String REGISTRY = "SpanRegistry";
    private static final String PLACED =
            "track(replica, replica.state != SpanReplica.State.REPLICATING);\n        noteChange(replica);";
    private static final String COMMANDS = "OperatorCommands";

    private static final SeededBug UNCHECKED = SeededBug.of("S09", "plans are not checked")
            .in(SESSION, "if (!grave.isEmpty()) {", "if (grave.size() < 0) {");

    private static final SeededBug ENDS_UNHEARD = SeededBug.of("S06", "planners do not hear that an operator has ended")
            .in(COMMANDS, "touch(span);\n            demand.operatorFinished();", "demand.operatorFinished();");

    private PlanningBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("S01", "a planner may take as long as it wants")
                        .in(ROUNDS, "nowMillis < overdue.deadlineAt()", "nowMillis > 0")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("S02", "a planner that fails again and again is asked again and again")
                        .in("SchedulerHealth", "faults < config.faultsUntilDegraded()", "faults < Integer.MAX_VALUE")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("S03", "a degraded scheduler places nothing, and nobody does")
                        .in(HOST, "rounds.ask(PlanPurpose.STAND_IN, null, null, 0, nowMillis);", "demand.want();")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("S04", "a selected scheduler that fails is tried for ever")
                        .in(SELECTION, "trial = null;\n        log.refused(", "log.refused(")
                        .caughtBy(CONVERGES, NO_BUSY_LOOP)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("S12", "the plan of the first choice makes the second one the scheduler")
                        .in(
                                SELECTION,
                                "if (wish == null || wish.request() != awaited.request()) { return false; } trial = null; log.done(",
                                "if (wish == null) { return false; } trial = null; log.done(")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE)
                        .within(SeededBug.RARE),
                SeededBug.of("S05", "a new session is not told everything")
                        .in(ROUNDS, "close();\n        restart();", "close();")
                        .caughtBy(PLANNERS_INFORMED)
                        .first(Workload.PARTITIONS),
                SeededBug.of("S05b", "a new session is not told everything, and nobody minds")
                        .in(ROUNDS, "close();\n        restart();", "close();")
                        .in("SpanMirror", "delta.version() != version + 1", "delta.version() < 0")
                        .caughtBy(CONVERGES, NOTHING_THROWS)
                        .first(Workload.PLANNER_TROUBLE),
                ENDS_UNHEARD.masked(
                        "S06b", "an operator that ends changes the place of its span, which planners hear of"),
                SeededBug.of("S06b", "planners do not hear that an operator has ended, nor that a span runs")
                        .and(ENDS_UNHEARD)
                        .in(
                                REGISTRY,
                                PLACED,
                                "track(replica, replica.state != SpanReplica.State.REPLICATING);"
                                        + " if (replica.state != SpanReplica.State.REPLICATING) { noteChange(replica); }")
                        .caughtBy(CONVERGES)
                        .first(Workload.DIVISION, Workload.STEADY),
                SeededBug.of("S07", "planners do not hear of changes of place")
                        .in(REGISTRY, PLACED, "track(replica, replica.state != SpanReplica.State.REPLICATING);")
                        .caughtBy(CONVERGES)
                        .first(Workload.STEADY),
                SeededBug.of("S08", "planners do not hear of dropped tables")
                        .in(REGISTRY, "track(replica, false);\n        removed.add(id);", "track(replica, false);")
                        .caughtBy(CONVERGES)
                        .first(Workload.DIVISION),
                UNCHECKED.masked("S09b", "admission looks at every precondition again"),
                SeededBug.of("S09b", "plans are not checked, and what runs is placed again, wherever")
                        .and(UNCHECKED)
                        .in(
                                "AdmissionPreconditions",
                                "return refusal(span != null, span != null && span.isAbsent(), destination);",
                                "return span == null ? Optional.of(RefusalReason.GONE) : Optional.empty();")
                        .in(
                                "PlanAdmission",
                                "Optional<RefusalReason> obstacle = eligibility.obstacle(target);",
                                "Optional<RefusalReason> obstacle = eligibility.obstacle(target)"
                                        + ".filter(reason -> reason != RefusalReason.NODE_DEAD);")
                        .caughtBy(ONE_WRITER, CONVERGES)
                        .first(Workload.PLANNER_TROUBLE),
                SeededBug.of("S10", "answers count whatever round they answer")
                        .in(ROUNDS, "taken.round() != answered", "answered < 0")
                        .caughtBy(DEGRADED_IN_TURN)
                        .first(Workload.PLANNER_TROUBLE));
    }
}
