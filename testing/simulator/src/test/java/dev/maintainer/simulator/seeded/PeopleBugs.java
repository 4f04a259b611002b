package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_MONOTONIC;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DRAINED_IS_EMPTY;
import static dev.maintainer.simulator.invariant.Invariant.EXPELLED_WAS_SILENT;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Bugs of what people ask for: drains, interventions, pauses; and of members that say nothing. */
final class PeopleBugs {
    private static final SeededBug FORMER = SeededBug.of("D04", "S59: former owners on the target are not counted")
            .in("DrainSession", "Math.max(placed, hostedThere == UNKNOWN ? 1 : hostedThere);", "placed;");

    private static final SeededBug NOT_DURABLE = SeededBug.of(
                    "D26", "the last word of a paused changefeed is acknowledged before it is durable")
            .in("ChangefeedPlacement", "&& slot.metadata().checkpointTs() >= finalStatus.checkpointTs();", ";");

    private static final SeededBug PAUSE_COUNTS = SeededBug.of(
                    "D19", "a pause of the maintainer is the silence of the others")
            .in("FailureDetector", "if (pause > suspectMillis / 2) {", "if (pause < 0) {");

    static final SeededBug OLDER_TARGET = SeededBug.of("D01", "S57: a host takes an older drain target for a newer one")
            .in("MaintainerHost", "if (target.isNewerThan(drain)) {", "if (!target.equals(drain)) {");

    private static final SeededBug GOES_ON_ALONE = SeededBug.of(
                    "D16", "a drain does not end when no other node is left")
            .in(
                    "DrainSession",
                    "if (node != null && (!fleet.isAlive(node) || fleet.isAlone(node))) {",
                    "if (node != null && !fleet.isAlive(node)) {");

    private static final SeededBug LASTING_CALM = SeededBug.of("D17", "calm lasts as long as a node is empty and stays")
            .in("Drain", "if (target.node() != null && spans > 0) {", "if (target.node() != null) {");

    private static final SeededBug ALWAYS_REMOVED = SeededBug.of(
                    "D25", "N-17: the end of a cancelled merge is always called REMOVED")
            .in(
                    "Merges",
                    "return intent == OperatorType.MERGE && !committed.contains(id) ? ComponentState.REMOVED : ComponentState.STOPPED;",
                    "return intent == OperatorType.MERGE ? ComponentState.REMOVED : ComponentState.STOPPED;");

    private PeopleBugs() {}

    static List<SeededBug> all() {
        return List.of(
                OLDER_TARGET.masked("C13d", "only the newest coordinator is followed"),
                SeededBug.of("D02", "a maintainer that comes later does not hear of the drain")
                        .in("MaintainerHost", "if (drain.isNewerThan(DrainTarget.NONE)) {", "if (drain.epoch() < 0) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of("D03", "S59: a changefeed that has not reported counts as empty")
                        .in("DrainSession", "maintainers + unheard + spans", "maintainers + spans")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                FORMER.notReached(
                        "a former owner lives on where a drain is about to end, and its node is the last to have had anything"),
                SeededBug.of("D05", "S59: the maintainers that are placed on the target are not counted")
                        .in("DrainSession", "placed++;", "placed += 0;")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                SeededBug.of("D06", "S59: operators that touch the target are not counted")
                        .in("DrainSession", "spans + operators == 0", "spans == 0")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .within(3_000)
                        .first(Workload.DRAIN),
                SeededBug.of("D07", "S59: spans on the target are not counted")
                        .in("SpanState", "registry.boundCount(node) + unclaimed.countOn(node)", "0")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                SeededBug.of("D08", "S59: leftovers on the target are not counted")
                        .in(
                                "SpanState",
                                "registry.boundCount(node) + unclaimed.countOn(node)",
                                "registry.boundCount(node)")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .within(3_000)
                        .first(Workload.DRAIN),
                SeededBug.of("D09", "L-151: a new coordinator does not go on with the drain that the hosts know")
                        .in("DrainSession", "if (each.isNewerThan(target)) { target = each; }", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of("D10", "L11: the end of a drain is not repeated")
                        .in(
                                "DrainSession",
                                "if (nowMillis >= sendAt && !asked.isEmpty()) {",
                                "if (nowMillis >= sendAt && !asked.isEmpty() && node != null) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of("D11", "S56: maintainers are placed on the target")
                        .in(
                                "Fleet",
                                "return answered.contains(node) && !node.equals(drained) && !unaware.contains(node);",
                                "return answered.contains(node) && !unaware.contains(node);")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                SeededBug.of("D12", "S56: maintainers are placed where the target is not known yet")
                        .in(
                                "Fleet",
                                "return answered.contains(node) && !node.equals(drained) && !unaware.contains(node);",
                                "return answered.contains(node) && !node.equals(drained);")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                SeededBug.of("D13", "S56, I-55: spans are placed on the target")
                        .in(
                                "Eligibility",
                                "if (drain.target().is(node)) {",
                                "if (drain.target().is(node) && node.value().isEmpty()) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of("D14", "I-66: a scheduler that moves nothing away is waited for")
                        .in(
                                "DrainFallback",
                                "return decisions.isEmpty() ? Optional.empty() : Optional.of(Plan.of(decisions, reason));",
                                "return Optional.empty();")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of("D15", "L-154: maintainers do not leave the target")
                        .in(
                                "DrainSession",
                                "moving += to != null && placement.move(to, nowMillis) == null ? 1 : 0;",
                                "moving += to == null ? 1 : 0;")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                GOES_ON_ALONE.masked("D16b", "somebody always sees to it that a second node is there"),
                LASTING_CALM.masked(
                        "D17b",
                        "only balance-splits shows it, with a node that is empty and stays; it was found in 8,000 worlds"),
                SeededBug.of("D18", "a suspect stays one when it is heard again")
                        .within(SeededBug.RARE)
                        .in("FailureDetector", "return suspects.remove(node);", "return false;")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS),
                PAUSE_COUNTS.notReached(
                        "a maintainer stands still for longer than a suspicion takes and shorter than its lease lasts, and hears nothing of what waits for it before it looks again"),
                SeededBug.of("D20", "UP-20: what a suspect runs is placed elsewhere at once")
                        .in(
                                "MemberWatch",
                                "if (failureDetector.check(members.latest(), awaited, nowMillis)) {",
                                "if (failureDetector.check(members.latest(), awaited, nowMillis)) { onDeath(new TreeSet<>(failureDetector.suspects()), nowMillis);")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.PARTITIONS),
                SeededBug.of("D21", "a node is expelled before its lease has ended")
                        .in("SuspectEvictor", "since.keySet().retainAll(present);", "")
                        .caughtBy(EXPELLED_WAS_SILENT)
                        .first(Workload.PARTITIONS),
                SeededBug.of("D22", "N-17: an add that is cancelled goes on asking for its dispatcher")
                        .in(
                                "AddProtocol",
                                "case WITHDRAWING -> Optional.of(new OperatorCommand.Remove(destination));",
                                "case WITHDRAWING -> Optional.of(new OperatorCommand.Create(destination));")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of("D23", "N-17: a move that is cancelled does not wait for its origin")
                        .in(
                                "MoveProtocol",
                                ".on(State.REMOVE_ORIGIN, Event.CANCELLED, State.ABORT_REMOVE_ORIGIN)",
                                ".on(State.REMOVE_ORIGIN, Event.CANCELLED, State.ABSENT, Effect.MARK_ABSENT)")
                        .caughtBy(ONE_WRITER, DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                SeededBug.of("D24", "N-17: the end of a cancelled merge is always called STOPPED")
                        .within(SeededBug.RARE)
                        .in(
                                "Merges",
                                "return intent == OperatorType.MERGE && !committed.contains(id) ? ComponentState.REMOVED : ComponentState.STOPPED;",
                                "return ComponentState.STOPPED;")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.DIVISION),
                ALWAYS_REMOVED.notReached(
                        "a merge is cancelled after its target has ended, and nothing was heard of either between"),
                NOT_DURABLE.masked("D26b", "the write is faster than the repetition of the word"),
                SeededBug.of("D27", "a paused changefeed is placed again, only to be paused")
                        .in(
                                "ChangefeedPlacement",
                                "phase == PlacementPhase.PAUSED && wish != DesiredState.PAUSE && durable.state() == wish",
                                "phase == PlacementPhase.PAUSED && durable.state() == wish")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of("D28", "a pause leaves the dispatchers running")
                        .in(
                                "PlacementPhase",
                                "case PAUSING -> RemovalMode.CLOSE;",
                                "case PAUSING -> RemovalMode.HANDOFF;")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of(
                                "D26b",
                                "the last word of a paused changefeed is acknowledged before it is durable, and the store is slow")
                        .and(NOT_DURABLE)
                        .in(
                                "SimulatedStore",
                                "long appliedAt = Math.max(lastAt, timeline.now() + faults.travel());",
                                "long appliedAt = Math.max(lastAt, timeline.now() + (faults.areOn() ? 1_500 : 0) + faults.travel());")
                        .caughtBy(CHECKPOINT_MONOTONIC)
                        .first(Workload.DRAIN),
                SeededBug.of(
                                "C13d",
                                "S57: a host obeys coordinators that it does not follow, and takes an older drain target for a newer one")
                        .and(OLDER_TARGET)
                        .and(CoordinatorBugs.OBEYS_ANY)
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                SeededBug.of(
                                "D16b",
                                "a drain does not end when no other node is left, and nobody sees to it that one is")
                        .and(GOES_ON_ALONE)
                        .in("SimulatedCluster", "i < spec.nodes()", "i < 2")
                        .in("SimulatedCluster", "if (members().size() <= 2) {", "if (members().size() <= 1) {")
                        .in(
                                "Incidents",
                                "private static final int FEWEST_NODES = 2;",
                                "private static final int FEWEST_NODES = 1;")
                        .in(
                                "Incidents",
                                "private static final int MOST_NODES = 8;",
                                "private static final int MOST_NODES = 2;")
                        .in(
                                "Incidents",
                                "case MOVE -> cluster.move(changefeed, node.id());",
                                "case MOVE -> kill(node, enough);")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                SeededBug.of(
                                "D17b",
                                "calm lasts as long as a node is empty and stays, which all do, where tables are split by their load")
                        .and(LASTING_CALM)
                        .in("Incidents", "millis % 2 == 1 ? -1 : millis", "-1")
                        .in(
                                "SimulatedNode",
                                "Planners.BALANCE, new Planning()",
                                "Planners.BALANCE_SPLITS, new Planning()")
                        .in("SimulatedCluster", "nodeNumber == 1 ? new Recording(", "nodeNumber == 0 ? new Recording(")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN));
    }
}
