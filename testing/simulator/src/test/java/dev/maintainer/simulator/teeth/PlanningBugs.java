package dev.maintainer.simulator.teeth;

import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_THROWS;
import static dev.maintainer.simulator.invariant.Invariant.NO_BUSY_LOOP;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Bugs of planning away from the loop: deadlines, rounds, deltas, the degraded state, and swaps. */
final class PlanningBugs {
    private static final String HOST = "rounds.SchedulerHost";
    private static final String SESSION = "planning.PlanningSession";
    private static final String REGISTRY = "registry.SpanRegistry";
    private static final String PIPELINE = "changefeed.Pipeline";

    private PlanningBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of("S01", "a planner may take as long as it wants")
                        .in(Module.CORE, HOST, "nowMillis >= awaited.deadlineAt()", "nowMillis < 0")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE),
                PlantedBug.of("S02", "a planner that fails again and again is asked again and again")
                        .in(Module.CORE, HOST, "faults < config.faultsUntilDegraded()", "faults < Integer.MAX_VALUE")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE),
                PlantedBug.of("S03", "a degraded scheduler places nothing, and nobody does")
                        .in(Module.CORE, HOST, "ask(Purpose.STAND_IN, null, nowMillis);", "wanted = true;")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE),
                PlantedBug.of("S04", "a selected scheduler that fails is tried for ever")
                        .in(Module.CORE, HOST, "trial = null;\n                    log.refused(", "log.refused(")
                        .caughtBy(CONVERGES, NO_BUSY_LOOP)
                        .first(Workload.PLANNER_TROUBLE),
                PlantedBug.of("S12", "the plan of the first choice makes the second one the scheduler")
                        .in(
                                Module.CORE,
                                HOST,
                                "if (wish == null || wish.number() != awaited.wish()) {",
                                "if (wish == null) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.PLANNER_TROUBLE)
                        .within(PlantedBug.RARE),
                PlantedBug.of("S05", "a new session is not told everything")
                        .in(
                                Module.CORE,
                                HOST,
                                "port.drop(changefeed, epoch);\n        feed.restart();",
                                "port.drop(changefeed, epoch);")
                        .notReached("the session says that it is behind, and is told everything then; see S05b"),
                PlantedBug.of("S05b", "a new session is not told everything, and nobody minds")
                        .in(
                                Module.CORE,
                                HOST,
                                "port.drop(changefeed, epoch);\n        feed.restart();",
                                "port.drop(changefeed, epoch);")
                        .in(Module.CORE, "planning.SpanMirror", "delta.version() != version + 1", "delta.version() < 0")
                        .caughtBy(CONVERGES, NOTHING_THROWS)
                        .first(Workload.PLANNER_TROUBLE),
                PlantedBug.of("S06", "planners do not hear that an operator has ended")
                        .in(
                                Module.CORE,
                                PIPELINE,
                                "registry.touch(dispatcher);\n            scheduling.operatorFinished();",
                                "scheduling.operatorFinished();")
                        .notReached("an operator that ends changes the place of its span, which planners hear of"),
                PlantedBug.of("S07", "planners do not hear of changes of place")
                        .in(
                                Module.CORE,
                                REGISTRY,
                                "replica.tracked = true;\n        }\n        touch(replica);",
                                "replica.tracked = true;\n        }")
                        .caughtBy(CONVERGES)
                        .first(Workload.STEADY),
                PlantedBug.of("S08", "planners do not hear of dropped tables")
                        .in(Module.CORE, REGISTRY, "displace(replica);\n        removed.add(id);", "displace(replica);")
                        .notReached(
                                "decisions about them are refused, and the built-in planners leave refused spans alone"),
                PlantedBug.of("S09", "plans are not checked")
                        .in(Module.CORE, SESSION, "if (!grave.isEmpty()) {", "if (grave.size() < 0) {")
                        .notReached("admission looks at every premise again"),
                PlantedBug.of("S10", "answers count whatever round they answer")
                        .in(Module.CORE, HOST, "awaited.round() != answer.round()", "answer.round() < 0")
                        .notReached("admission looks at every premise again; a late answer makes the next one late"));
    }
}
