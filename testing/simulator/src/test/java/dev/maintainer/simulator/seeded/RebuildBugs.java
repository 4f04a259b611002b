package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.BARRIER_HOLDS;
import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DRAINED_IS_EMPTY;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_THROWS;
import static dev.maintainer.simulator.invariant.Invariant.NO_GAP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.OPERATORS_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.PLANNERS_INFORMED;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;

/** What a maintainer makes of the answers of workers, of membership and of DDLs. */
final class RebuildBugs {
    private static final String REBUILD = "StateRebuild";
    private static final String BOOTSTRAP = "Bootstrap";
    private static final String TABLES = "TableChanges";
    private static final String MEMBERS = "Members";
    private static final String MAINTAINER = "Maintainer";

    private static final SeededBug ORPHANS_KEPT = SeededBug.of("B08", "orphans of the former owner are kept for ever")
            .in("UnclaimedDispatchers", "if (committedTs < earliestTs) {", "if (committedTs < Long.MAX_VALUE) {");
    private static final SeededBug NO_MANIFEST = SeededBug.of("B15", "the manifest of the predecessor is not read")
            .in(
                    REBUILD,
                    "for (FrozenOperator frozen : assignment.left()) {",
                    "for (FrozenOperator frozen : List.<FrozenOperator>of()) {");
    private static final SeededBug STRAYS_STAY = SeededBug.of("B12", "what a node that joins runs is not removed")
            .in("Adoption", "removeStray(node, dispatcher.dispatcher(), nowMillis);", "");

    private static final SeededBug DEAD_KEEP = SeededBug.of("B21", "spans on dead nodes are not marked absent")
            .in("MemberWatch", "registry.markAbsent(replica);", "");

    private static final SeededBug REMOVALS_FORGOTTEN = SeededBug.of(
                    "B05", "removals of the former owner are not taken up")
            .in(REBUILD, "restored.add(removal);", "");
    private static final SeededBug FENCED_GOES_ON = SeededBug.of("B26", "a maintainer that is fenced goes on")
            .in("LifecycleTransitions", "advance(LifecyclePhase.Event.FENCED, nowMillis);", "")
            .in("LifecycleTransitions", "operators.quiesce(QuiesceAllowlist.NONE);", "");
    private static final SeededBug ENDED_ADOPTED = SeededBug.of(
                    "B23", "dispatchers that have ended by the time of the rebuild are adopted")
            .in(REBUILD, "boolean ended = members.hasEnded(node, dispatcher.dispatcher());", "boolean ended = false;");

    private RebuildBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("B01", "one node without an answer counts as done")
                        .in(
                                MEMBERS,
                                "return !members.isEmpty() && unanswered == 0;",
                                "return !members.isEmpty() && unanswered <= 1;")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.HANDOFF_STORM, Workload.PARTITIONS),
                SeededBug.of("B02", "bootstrap is asked for once")
                        .in(
                                MEMBERS,
                                "(member.requestedAt == Long.MIN_VALUE || nowMillis - member.requestedAt >= resendMillis)",
                                "member.requestedAt == Long.MIN_VALUE")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS, Workload.HANDOFF_STORM),
                SeededBug.of("B03", "the tables are asked for once")
                        .in(BOOTSTRAP, "|| nowMillis - tablesRequestedAt >= resendMillis;", ";")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("B04", "the trigger is told to begin once")
                        .in("TriggerStarter", "|| nowMillis - askedAt >= resendMillis;", ";")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                REMOVALS_FORGOTTEN.masked("B05b", "the word of the end is hardly ever lost just then"),
                SeededBug.of("B05b", "removals of the former owner are not taken up, and last words get lost")
                        .and(REMOVALS_FORGOTTEN)
                        .and(WorldChanges.LAST_WORDS_GET_LOST)
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.HANDOFF_STORM, Workload.SWARM),
                SeededBug.of("B06", "a span whose removal is taken up does not cap the checkpoint")
                        .within(SeededBug.RARE)
                        .in("Adoption", "registry.markScheduling(replica);", "")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.CRASH_IN_HANDOFF, Workload.SWARM),
                SeededBug.of("B07", "dispatchers of tables that are not known yet are removed at once")
                        .in(
                                REBUILD,
                                "if (registered || dropped.contains(dispatcher.dispatcher())) {",
                                "if (!registered) { strays.add(leftover); return; }"
                                        + " if (registered || dropped.contains(dispatcher.dispatcher())) {")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.TABLE_STORM),
                ORPHANS_KEPT.caughtBy(CONVERGES).within(6_000).first(Workload.TABLE_STORM),
                SeededBug.of("B09", "a DDL that the former owner has executed places a second dispatcher")
                        .in(
                                "Adoption",
                                "boolean usable = members.isAlive(leftover.node)",
                                "boolean usable = false && members.isAlive(leftover.node)")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("B10", "a dispatcher that is leaving does not keep others from its table")
                        .in("Adoption", "boolean mayWrite = operators", "boolean mayWrite = false && operators")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("B11", "what is too much at bootstrap is not removed")
                        .within(SeededBug.RARE)
                        .in(REBUILD, "adoption.removeStray(stray.node(), id, nowMillis);", "")
                        .caughtBy(CONVERGES, ONE_WRITER, DRAINED_IS_EMPTY)
                        .first(Workload.PARTITIONS, Workload.FLAPPING),
                STRAYS_STAY.masked(
                        "B12b",
                        "a late bootstrap ends at the worker what older owners left, and what works and is not known is"
                                + " an orphan, and orphans are removed"),
                SeededBug.of(
                                "B12b",
                                "what a node that joins runs for an older owner is ended neither by its worker nor by"
                                        + " the new owner, and orphans stay")
                        .and(STRAYS_STAY)
                        .and(WorkerBugs.LEAVES_OLDER)
                        .in(
                                "StatusReconciler",
                                "boolean orphan = status.state() == ComponentState.WORKING",
                                "boolean orphan = status.checkpointTs() < 0")
                        .and(WorldChanges.JOINS_WITH_LEFTOVERS)
                        .caughtBy(CONVERGES)
                        .first(Workload.STEADY, Workload.ROLLING_RESTART),
                SeededBug.of("B13", "what runs is placed a second time")
                        .in(
                                REBUILD,
                                "boolean usable = adoption.isUsable(dispatcher.dispatcher())",
                                "boolean usable = dispatcher.state() == ComponentState.WORKING"
                                        + " && adoption.isUsable(dispatcher.dispatcher())")
                        .caughtBy(ONE_WRITER, CHECKPOINT_HONEST, CONVERGES)
                        .first(Workload.MASS_BOOTSTRAP, Workload.HANDOFF_STORM),
                SeededBug.of("B14", "creates of the former owner are placed elsewhere")
                        .in(REBUILD, "operators.add(entry.dispatcher(), journaled.node(), nowMillis);", "")
                        .notReached("a worker would have to carry a create out later than it accepts it, and to tell a"
                                + " successor of it"),
                NO_MANIFEST.masked(
                        "B15b",
                        "it tells where to begin with less to replay; what runs, and until when an orphan may be"
                                + " claimed, is known without it"),
                SeededBug.of(
                                "B15b",
                                "the manifest of the predecessor is not read, and who has one waits for no orphan to"
                                        + " expire")
                        .and(NO_MANIFEST)
                        .in(
                                REBUILD,
                                "this.snapshots = members.snapshots();",
                                "this.snapshots = members.snapshots(); unclaimed.handedOver = !assignment.left().isEmpty();")
                        .in(
                                "UnclaimedDispatchers",
                                "if (committedTs < earliestTs) {",
                                "if (handedOver || committedTs < earliestTs) {")
                        .in(
                                "UnclaimedDispatchers",
                                "private long earliestTs = Long.MAX_VALUE;",
                                "private long earliestTs = Long.MAX_VALUE; boolean handedOver;")
                        .caughtBy(CONVERGES)
                        .first(Workload.TABLE_STORM, Workload.HANDOFF_STORM),
                SeededBug.of("B16", "repeated DDLs are applied again")
                        .within(SeededBug.RARE)
                        .in("BlockStatuses", "if (status.commitTs() > before) {", "if (status.commitTs() > 0) {")
                        .caughtBy(ONE_WRITER, Invariant.CONVERGES)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("B17", "DDLs are acknowledged before they are applied")
                        .in(
                                "BlockStatuses",
                                "if (!known) { break; }",
                                "if (!known) { break; } if (acknowledgedTs > 0) {"
                                        + " acknowledgedTs = Math.max(acknowledgedTs, status.commitTs()); continue; }")
                        .caughtBy(CONVERGES, CHECKPOINT_HONEST, Invariant.BARRIER_HOLDS)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("B18", "dropped tables are not removed")
                        .in(TABLES, "operators.removeForDdl(dropped, nowMillis);", "")
                        .caughtBy(REGISTRY_CONSISTENT, NOTHING_THROWS)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("B20", "membership changes are ignored while running")
                        .in(
                                MAINTAINER,
                                "if (!lifecycle.allows(LifecycleAction.REACT_TO_MEMBERSHIP)) {",
                                "if (phase() == LifecyclePhase.RUNNING"
                                        + " || !lifecycle.allows(LifecycleAction.REACT_TO_MEMBERSHIP)) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.ROLLING_RESTART),
                DEAD_KEEP.caughtBy(OPERATORS_CONSISTENT, CONVERGES),
                SeededBug.of(
                                "B21b",
                                "spans on dead nodes are not marked absent, and the planner does not empty these nodes")
                        .and(DEAD_KEEP)
                        .in("Balancing", "} else if (slot.load() > 0) {", "} else if (slot.load() < 0) {")
                        .caughtBy(OPERATORS_CONSISTENT, CONVERGES)
                        .first(Workload.ROLLING_RESTART),
                SeededBug.of("B27", "nobody looks again whether spans are on dead nodes")
                        .in(MAINTAINER, "memberWatch.reconcile(nowMillis);", "")
                        .masked("O11b", "no edge is missed"),
                SeededBug.of("B22", "operators do not hear of deaths")
                        .in("MemberWatch", "operators.nodesDied(departed, nowMillis);", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.ROLLING_RESTART),
                ENDED_ADOPTED.masked(
                        "B23b", "workers repeat the word of an end until it is answered, and complete lists tell"),
                SeededBug.of(
                                "B23b",
                                "dispatchers that have ended by the time of the rebuild are adopted, their ends are told"
                                        + " once, and they are not missed in a complete list")
                        .and(ENDED_ADOPTED)
                        .and(ProgressBugs.NOT_MISSED)
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM, Workload.HANDOFF_STORM),
                SeededBug.of("B24", "adopted dispatchers start from the beginning of the changefeed's history")
                        .in(
                                "Adoption",
                                "Math.max(leftover.checkpointTs, Math.max(1, commitTs - 1)),",
                                "commitTs + 1_000,")
                        .caughtBy(NO_GAP, CHECKPOINT_HONEST, BARRIER_HOLDS)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("B25", "tables are created from a time after their creation")
                        .in(
                                TABLES,
                                "registry.addCreated(adoption.freshId(), hole, table.schema(), commitTs);",
                                "registry.addCreated(adoption.freshId(), hole, table.schema(), commitTs + 100);")
                        .caughtBy(NO_GAP)
                        .first(Workload.TABLE_STORM),
                FENCED_GOES_ON.masked("B26b", "workers refuse it, and the coordinator tells it to go"),
                SeededBug.of("B26b", "a maintainer that is fenced goes on, and the coordinator lets it")
                        .and(FENCED_GOES_ON)
                        .and(WorkerBugs.ONLY_WORKERS_TELL)
                        .caughtBy(PLANNERS_INFORMED, CONVERGES)
                        .first(Workload.ZOMBIE_OWNER, Workload.PARTITIONS));
    }
}
