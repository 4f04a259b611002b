package dev.maintainer.simulator.teeth;

import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DRAINED_IS_EMPTY;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Bugs of what people ask for: drains, interventions, pauses; and of members that say nothing. */
final class PeopleBugs {
    private PeopleBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of("D01", "S57: a host takes an older drain target for a newer one")
                        .in(
                                Module.CORE,
                                "host.MaintainerHost",
                                "if (target.isNewerThan(drain)) {",
                                "if (!target.equals(drain)) {")
                        .notReached(
                                "only the newest coordinator is followed, and what a host confirms is compared with what was meant")
                        .first(Workload.DRAIN),
                PlantedBug.of("D02", "a maintainer that comes later does not hear of the drain")
                        .in(
                                Module.CORE,
                                "host.MaintainerHost",
                                "if (drain.isNewerThan(DrainTarget.NONE)) {",
                                "if (drain.epoch() < 0) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D03", "S59: a changefeed that has not reported counts as empty")
                        .in(Module.COORDINATOR, "DrainSession", "maintainers + unheard + spans", "maintainers + spans")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                PlantedBug.of("D04", "S59: former owners on the target are not counted")
                        .in(
                                Module.COORDINATOR,
                                "DrainSession",
                                "Math.max(placed, hostedThere == UNKNOWN ? 1 : hostedThere);",
                                "placed;")
                        .notReached("seen in one world of a thousand; the unit test sees it")
                        .first(Workload.DRAIN),
                PlantedBug.of("D05", "S59: the maintainers that are placed on the target are not counted")
                        .in(Module.COORDINATOR, "DrainSession", "placed++;", "placed += 0;")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                PlantedBug.of("D06", "S59: operators that touch the target are not counted")
                        .in(Module.COORDINATOR, "DrainSession", "spans + operators == 0", "spans == 0")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                PlantedBug.of("D07", "S59: spans on the target are not counted")
                        .in(
                                Module.CORE,
                                "changefeed.Pipeline",
                                "registry.boundCount(node) + unclaimed.countOn(node)",
                                "0")
                        .caughtBy(DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                PlantedBug.of("D08", "S59: leftovers on the target are not counted")
                        .in(
                                Module.CORE,
                                "changefeed.Pipeline",
                                "registry.boundCount(node) + unclaimed.countOn(node)",
                                "registry.boundCount(node)")
                        .notReached("not reached in 300 worlds: leftovers are rare, and soon claimed or removed")
                        .first(Workload.DRAIN),
                PlantedBug.of("D09", "L-151: a new coordinator does not go on with the drain that the hosts know")
                        .in(Module.COORDINATOR, "DrainSession", "if (each.isNewerThan(target)) { target = each; }", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D10", "L11: the end of a drain is not repeated")
                        .in(
                                Module.COORDINATOR,
                                "DrainSession",
                                "if (nowMillis >= sendAt && !asked.isEmpty()) {",
                                "if (nowMillis >= sendAt && !asked.isEmpty() && node != null) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D11", "S56: maintainers are placed on the target")
                        .in(
                                Module.COORDINATOR,
                                "Fleet",
                                "return answered.contains(node) && !node.equals(drained) && !unaware.contains(node);",
                                "return answered.contains(node) && !unaware.contains(node);")
                        .notReached("such a maintainer leaves again at once")
                        .first(Workload.DRAIN),
                PlantedBug.of("D12", "S56: maintainers are placed where the target is not known yet")
                        .in(
                                Module.COORDINATOR,
                                "Fleet",
                                "return answered.contains(node) && !node.equals(drained) && !unaware.contains(node);",
                                "return answered.contains(node) && !node.equals(drained);")
                        .notReached(
                                "such a maintainer hears of the target soon, and has not reported under its epoch until then")
                        .first(Workload.DRAIN),
                PlantedBug.of("D13", "S56, I-55: spans are placed on the target")
                        .in(
                                Module.CORE,
                                "membership.Eligibility",
                                "if (drain.target().is(node)) {",
                                "if (drain.target().is(node) && node.value().isEmpty()) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D14", "I-66: a scheduler that moves nothing away is waited for")
                        .in(
                                Module.CORE,
                                "rounds.Evacuation",
                                "return decisions.isEmpty() ? Optional.empty() : Optional.of(Plan.of(decisions, reason));",
                                "return Optional.empty();")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D15", "L-154: maintainers do not leave the target")
                        .in(
                                Module.COORDINATOR,
                                "DrainSession",
                                "moving += to != null && placement.move(to, nowMillis) == null ? 1 : 0;",
                                "moving += to == null ? 1 : 0;")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D16", "a drain does not end when no other node is left")
                        .in(
                                Module.COORDINATOR,
                                "DrainSession",
                                "if (node != null && (!fleet.isAlive(node) || fleet.isAlone(node))) {",
                                "if (node != null && !fleet.isAlive(node)) {")
                        .notReached("somebody always sees to it that a second node is there")
                        .first(Workload.DRAIN),
                PlantedBug.of("D17", "calm lasts as long as a node is empty and stays")
                        .in(
                                Module.CORE,
                                "membership.Drain",
                                "if (target.node() != null && spans > 0) {",
                                "if (target.node() != null) {")
                        .notReached(
                                "only balance-splits shows it, with a node that is empty and stays; it was found in 8,000 worlds")
                        .first(Workload.DRAIN),
                PlantedBug.of("D18", "a suspect stays one when it is heard again")
                        .within(PlantedBug.RARE)
                        .in(Module.CORE, "membership.Silence", "return suspects.remove(node);", "return false;")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS),
                PlantedBug.of("D19", "a pause of the maintainer is the silence of the others")
                        .in(Module.CORE, "membership.Silence", "if (pause > suspectMillis / 2) {", "if (pause < 0) {")
                        .notReached("suspicion ends with the next word, long before anybody is expelled")
                        .first(Workload.DRAIN),
                PlantedBug.of("D20", "UP-20: what a suspect runs is placed elsewhere at once")
                        .in(
                                Module.CORE,
                                "changefeed.MemberWatch",
                                "if (pipeline.silence.check(pipeline.members.latest(), awaited, nowMillis)) {",
                                "if (pipeline.silence.check(pipeline.members.latest(), awaited, nowMillis)) { onDeath(new TreeSet<>(pipeline.silence.suspects()), nowMillis);")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.PARTITIONS),
                PlantedBug.of("D21", "a node is expelled before its lease has ended")
                        .in(Module.COORDINATOR, "Suspicion", "since.keySet().retainAll(present);", "")
                        .notReached(
                                "the lease is ended by the cluster, and not by the coordinator; one that is expelled without need is only one death more")
                        .first(Workload.PARTITIONS),
                PlantedBug.of("D22", "N-17: an add that is cancelled goes on asking for its dispatcher")
                        .in(
                                Module.OPERATORS,
                                "AddProtocol",
                                "case WITHDRAWING -> Optional.of(new OperatorCommand.Remove(destination));",
                                "case WITHDRAWING -> Optional.of(new OperatorCommand.Create(destination));")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D23", "N-17: a move that is cancelled does not wait for its origin")
                        .in(
                                Module.OPERATORS,
                                "MoveProtocol",
                                ".on(State.REMOVE_ORIGIN, Event.CANCELLED, State.ABORT_REMOVE_ORIGIN)",
                                ".on(State.REMOVE_ORIGIN, Event.CANCELLED, State.ABSENT, Effect.MARK_ABSENT)")
                        .caughtBy(ONE_WRITER, DRAINED_IS_EMPTY)
                        .first(Workload.DRAIN),
                PlantedBug.of("D24", "N-17: the end of a cancelled merge is always called STOPPED")
                        .within(PlantedBug.RARE)
                        .in(
                                Module.WORKER,
                                "Merges",
                                "return intent == OperatorType.MERGE && !committed.contains(id) ? ComponentState.REMOVED : ComponentState.STOPPED;",
                                "return ComponentState.STOPPED;")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.DIVISION),
                PlantedBug.of("D25", "N-17: the end of a cancelled merge is always called REMOVED")
                        .in(
                                Module.WORKER,
                                "Merges",
                                "return intent == OperatorType.MERGE && !committed.contains(id) ? ComponentState.REMOVED : ComponentState.STOPPED;",
                                "return intent == OperatorType.MERGE ? ComponentState.REMOVED : ComponentState.STOPPED;")
                        .notReached(
                                "the target must have ended, and its word be lost, before the cancellation is repeated; the unit test sees it")
                        .first(Workload.DIVISION),
                PlantedBug.of("D26", "the last word of a paused changefeed is acknowledged before it is durable")
                        .in(
                                Module.COORDINATOR,
                                "ChangefeedPlacement",
                                "&& slot.metadata().checkpointTs() >= finalWord.checkpointTs();",
                                ";")
                        .notReached("the write is faster than the repetition of the word; the unit test sees it")
                        .first(Workload.DRAIN),
                PlantedBug.of("D27", "a paused changefeed is placed again, only to be paused")
                        .in(
                                Module.COORDINATOR,
                                "ChangefeedPlacement",
                                "phase == PlacementPhase.PAUSED && wish != DesiredState.PAUSE && durable.state() == wish",
                                "phase == PlacementPhase.PAUSED && durable.state() == wish")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN),
                PlantedBug.of("D28", "a pause leaves the dispatchers running")
                        .in(
                                Module.COORDINATOR,
                                "ChangefeedPlacement",
                                "new CoordinatorRequest.RemoveMaintainer(changefeed, epoch, isEnding(), removed)",
                                "new CoordinatorRequest.RemoveMaintainer(changefeed, epoch, removed, removed)")
                        .caughtBy(CONVERGES)
                        .first(Workload.DRAIN));
    }
}
