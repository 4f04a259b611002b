package dev.maintainer.simulator.teeth;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_MONOTONIC;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DELETED_LAST;
import static dev.maintainer.simulator.invariant.Invariant.EPOCH_DURABLE_FIRST;
import static dev.maintainer.simulator.invariant.Invariant.ONE_OWNER_PER_EPOCH;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** The coordinator, and the host that obeys it. */
final class CoordinatorBugs {
    private static final String PLACEMENT = "ChangefeedPlacement";
    private static final String COORDINATOR = "Coordinator";
    private static final String HOST = "host.MaintainerHost";
    private static final String REPORTS = "host.ReportGate";

    private static final PlantedBug GOES_BACK = PlantedBug.of("C04", "the coordinator believes a lower checkpoint")
            .in(
                    Module.COORDINATOR,
                    PLACEMENT,
                    "checkpointTs = Math.max(checkpointTs, reported);",
                    "checkpointTs = reported;");

    private static final PlantedBug NOT_ASKED = PlantedBug.of("C06", "a silent owner is not asked")
            .in(
                    Module.COORDINATOR,
                    PLACEMENT,
                    "return owner != null && nowMillis - heardAt > config.silenceMillis() ? owner : null;",
                    "return null;");
    private static final PlantedBug FOLLOWS_ANY = PlantedBug.of("C13", "a host follows any coordinator that asks")
            .in(Module.CORE, REPORTS, "if (candidateVersion < version) { return false; }", "");

    private CoordinatorBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of("C01", "the next epoch is kept in memory only")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "boolean fresh = durable.epoch().value() > usedEpoch;",
                                "boolean fresh = true;")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "MaintainerEpoch epoch = slot.metadata().epoch(); bind(",
                                "MaintainerEpoch epoch = new MaintainerEpoch(Math.max(usedEpoch + 1,"
                                        + " slot.metadata().epoch().value())); bind(")
                        .caughtBy(EPOCH_DURABLE_FIRST),
                PlantedBug.of("C02", "a last word is acknowledged before it is durable")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "&& fresh && durable.checkpointTs() >= checkpointTs) {",
                                "&& fresh) {")
                        .caughtBy(CHECKPOINT_MONOTONIC)
                        .first(Workload.HANDOFF_STORM),
                PlantedBug.of("C03", "statuses of other epochs are taken")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "boolean fromOwner = from.equals(owner) && status.epoch().equals(ownerEpoch);",
                                "boolean fromOwner = from.equals(owner);")
                        .notReached("not reached in 300 worlds; it was found in others")
                        .first(Workload.BACK_AND_FORTH),
                PlantedBug.of("C03b", "statuses of anybody are taken")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "boolean fromOwner = from.equals(owner) && status.epoch().equals(ownerEpoch);",
                                "boolean fromOwner = owner != null;")
                        .caughtBy(CONVERGES)
                        .first(Workload.ZOMBIE_OWNER),
                GOES_BACK.notReached("what is stored is never below what is durable"),
                PlantedBug.of("C04b", "the coordinator believes a lower checkpoint, and stores it")
                        .and(GOES_BACK)
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "Math.max(checkpointTs, durable.checkpointTs()),",
                                "Math.max(1, checkpointTs),")
                        .notReached("not reached in 300 worlds: what an owner says comes in order, and rises"),
                PlantedBug.of("C05", "the death of the owner is ignored")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "if (node.equals(owner)) { if (phase",
                                "if (node.equals(owner) && nowMillis < 0) { if (phase")
                        .caughtBy(CONVERGES)
                        .first(Workload.FLAPPING),
                NOT_ASKED.notReached("hosts repeat last words until they are acknowledged"),
                PlantedBug.of("C07", "requests to hosts are not repeated")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "nextSendAt = nowMillis + config.resendMillis();",
                                "nextSendAt = Long.MAX_VALUE;")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                PlantedBug.of("C08", "a refused add is repeated for ever")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "if (asked && node.equals(owner) && epoch.equals(ownerEpoch)) {",
                                "if (asked && nowMillis < 0) {")
                        .first(Workload.REMOVAL)
                        .notReached(
                                "not reached in 300 worlds: epochs are not given again, so nobody is asked to add under one that has closed"),
                PlantedBug.of("C09", "a new coordinator adopts owners of any epoch")
                        .in(
                                Module.COORDINATOR,
                                COORDINATOR,
                                "if (status.epoch().equals(durable.epoch()) && status.phase() != LifecyclePhase.CLOSED) {",
                                "if (status.phase() != LifecyclePhase.CLOSED) {")
                        .first(Workload.REMOVAL)
                        .notReached("not reached in 300 worlds: who hosts an older epoch has been told to go"),
                PlantedBug.of("C10", "a new coordinator does not go on with a move")
                        .in(
                                Module.COORDINATOR,
                                COORDINATOR,
                                "owners == 0 && origin != null && originStatus != null",
                                "owners < 0 && origin != null && originStatus != null")
                        .notReached(
                                "the origin is foreign under the next epoch, and told to go; only its last word is lost"),
                PlantedBug.of("C11", "the word of a host that had no maintainer ends a removal")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "phase == PlacementPhase.REMOVING && finalWord.checkpointTs() > 0",
                                "phase == PlacementPhase.REMOVING")
                        .first(Workload.REMOVAL)
                        .notReached(
                                "not reached in 300 worlds: it takes an add that is lost and a removal that arrives"),
                PlantedBug.of("C11b", "metadata are deleted when the owner of a removal is lost")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "adopted = false; step(Event.OWNER_LOST, nowMillis);",
                                "adopted = false; step(phase == PlacementPhase.REMOVING ?"
                                        + " Event.CLOSED : Event.OWNER_LOST, nowMillis);")
                        .caughtBy(DELETED_LAST, CONVERGES)
                        .first(Workload.REMOVAL),
                PlantedBug.of("C12", "former owners are not told to go")
                        .in(
                                Module.COORDINATOR,
                                COORDINATOR,
                                "if (placement.isForeign(from, status)) {",
                                "if (placement.isForeign(from, status) && nowMillis < 0) {")
                        .notReached("workers refuse it, and then it closes"),
                PlantedBug.of("C12b", "former owners are not told to go, and go on when they are fenced")
                        .in(
                                Module.COORDINATOR,
                                COORDINATOR,
                                "if (placement.isForeign(from, status)) {",
                                "if (placement.isForeign(from, status) && nowMillis < 0) {")
                        .in(
                                Module.CORE,
                                "changefeed.Maintainer",
                                "advance(LifecyclePhase.Event.FENCED, nowMillis);",
                                "")
                        .caughtBy(REGISTRY_CONSISTENT, CONVERGES)
                        .first(Workload.ZOMBIE_OWNER, Workload.PARTITIONS),
                FOLLOWS_ANY.notReached(
                        "the new leader asks the owner that it does not hear of, and epochs tell the rest"),
                PlantedBug.of("C13c", "a host follows any coordinator that asks, and a silent owner is not asked")
                        .and(FOLLOWS_ANY)
                        .and(NOT_ASKED)
                        .notReached("seen in some worlds of a thousand; not in 300")
                        .first(Workload.PARTITIONS),
                PlantedBug.of("C13b", "a host obeys coordinators that it does not follow")
                        .in(Module.CORE, REPORTS, "return candidate.equals(coordinator);", "return true;")
                        .notReached("whatever a former coordinator asks for has an epoch, and epochs tell"),
                PlantedBug.of("C14", "a host starts a maintainer under an epoch that has closed there")
                        .in(
                                Module.CORE,
                                HOST,
                                "if (finalWords.hasClosed(add.changefeed(), add.epoch())) {",
                                "if (add.checkpointTs() < 0) {")
                        .first(Workload.REMOVAL)
                        .notReached(
                                "not reached in 300 worlds: epochs are not given again, so nobody is asked to add under one that has closed"),
                PlantedBug.of("C15", "last words of maintainers are not repeated")
                        .in(Module.CORE, HOST, "due.addAll(finalWords.all());", "")
                        .notReached("the coordinator repeats its request, and the answer is the last word"),
                PlantedBug.of("C15b", "G3: last words of maintainers are said once")
                        .in(Module.CORE, HOST, "due.addAll(finalWords.all());", "")
                        .in(
                                Module.CORE,
                                HOST,
                                "if (last != null) { reports",
                                "if (last != null && nowMillis < 0) { reports")
                        .caughtBy(CHECKPOINT_MONOTONIC)
                        .first(Workload.HANDOFF_STORM),
                PlantedBug.of("C16", "G2: the last word of the origin does not count")
                        .in(Module.COORDINATOR, PLACEMENT, "accept(finalWord.checkpointTs());", "")
                        .caughtBy(CHECKPOINT_MONOTONIC)
                        .first(Workload.HANDOFF_STORM),
                PlantedBug.of("C17", "the manifest is lost between owners")
                        .in(Module.COORDINATOR, PLACEMENT, "manifest = finalWord.manifest();", "")
                        .notReached("it tells where to begin with less to replay; what runs is known without it"),
                PlantedBug.of("C18", "an epoch that another coordinator has given away is given again")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "usedEpoch = Math.max(usedEpoch, slot.metadata().epoch().value());",
                                "")
                        .first(Workload.CRASH_IN_HANDOFF)
                        .caughtBy(ONE_OWNER_PER_EPOCH),
                PlantedBug.of("C18b", "a new coordinator gives the epoch of its predecessor again")
                        .in(
                                Module.COORDINATOR,
                                COORDINATOR,
                                "ChangefeedPlacement placement = track(versioned, durable.epoch().value());",
                                "ChangefeedPlacement placement = track(versioned, durable.epoch().value() - 1);")
                        .caughtBy(ONE_OWNER_PER_EPOCH)
                        .first(Workload.CRASH_IN_HANDOFF),
                PlantedBug.of("C19", "G15: a removal is placed under the epoch of the dead owner")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "phase == PlacementPhase.ABSENT && fresh",
                                "phase == PlacementPhase.ABSENT && (fresh || wish == DesiredState.REMOVE)")
                        .caughtBy(ONE_OWNER_PER_EPOCH, DELETED_LAST, CONVERGES)
                        .first(Workload.REMOVAL),
                PlantedBug.of("C20", "a write that loses against another coordinator is not noticed")
                        .in(
                                Module.COORDINATOR,
                                COORDINATOR,
                                "if (result == null) { loadWanted = true; } advance(placement, nowMillis);",
                                "advance(placement, nowMillis);")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS, Workload.SWARM),
                PlantedBug.of("C21", "a move begins before its epoch is durable")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "phase == PlacementPhase.CLAIMING && fresh",
                                "phase == PlacementPhase.CLAIMING")
                        .notReached(
                                "the origin stops under its own epoch; the target waits until the next one is durable"),
                PlantedBug.of("C22", "the last word of a removal is taken from anybody")
                        .in(
                                Module.COORDINATOR,
                                PLACEMENT,
                                "return closed(from, status.epoch(), finalWord, fromOwner, nowMillis);",
                                "return closed(from, status.epoch(), finalWord, owner != null, nowMillis);")
                        .caughtBy(DELETED_LAST, CONVERGES, ONE_OWNER_PER_EPOCH, CHECKPOINT_HONEST)
                        .first(Workload.REMOVAL),
                PlantedBug.of("C23", "a host says its last word before its phase is closed")
                        .in(
                                Module.CORE,
                                HOST,
                                "if (each.maintainer.phase() == LifecyclePhase.CLOSED) {",
                                "if (each.maintainer.phase() == LifecyclePhase.CLOSED"
                                        + " || each.maintainer.phase() == LifecyclePhase.REMOVING) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM));
    }
}
