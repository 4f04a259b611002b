package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_MONOTONIC;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DELETED_LAST;
import static dev.maintainer.simulator.invariant.Invariant.EPOCH_DURABLE_FIRST;
import static dev.maintainer.simulator.invariant.Invariant.ONE_OWNER_PER_EPOCH;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.SILENT_AFTER_CLOSE;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** The coordinator, and the host that obeys it. */
final class CoordinatorBugs {
    private static final String PLACEMENT = "ChangefeedPlacement";
    private static final String COORDINATOR = "Coordinator";
    private static final String OWNERSHIP = "Ownership";
    private static final String REQUESTS = "OwnerRequests";
    private static final String OWNERS = "OwnerSearch";
    private static final String HOST = "MaintainerHost";
    private static final String REPORTS = "ReportGate";

    private static final SeededBug GOES_BACK = SeededBug.of("C04", "the coordinator believes a lower checkpoint")
            .in(PLACEMENT, "checkpointTs = Math.max(checkpointTs, reported);", "checkpointTs = reported;");

    private static final SeededBug NOT_ASKED = SeededBug.of("C06", "a silent owner is not asked")
            .in(OWNERSHIP, "return nowMillis - heardAt > silenceMillis ? node() : null;", "return null;");
    private static final SeededBug FOLLOWS_ANY = SeededBug.of("C13", "a host follows any coordinator that asks")
            .in(REPORTS, "if (candidateVersion < version) { return false; }", "");

    static final SeededBug NOT_TOLD = SeededBug.of("C12", "former owners are not told to go")
            .in(
                    COORDINATOR,
                    "if (placement.isForeign(from, status)) {",
                    "if (placement.isForeign(from, status) && nowMillis < 0) {");

    private static final SeededBug NOT_REPEATED = SeededBug.of("C15", "last words of maintainers are not repeated")
            .in(HOST, "due.addAll(finalStatuses.all());", "");

    private static final SeededBug MANIFEST_LOST = SeededBug.of("C17", "the manifest is lost between owners")
            .in(PLACEMENT, "requests.handOver(finalStatus.manifest());", "");

    private static final SeededBug EARLY = SeededBug.of("C21", "a move begins before its epoch is durable")
            .in(PLACEMENT, "phase == PlacementPhase.CLAIMING && fresh", "phase == PlacementPhase.CLAIMING");

    private static final SeededBug OTHER_EPOCHS = SeededBug.of("C03", "statuses of other epochs are taken")
            .in(
                    PLACEMENT,
                    "boolean fromOwner = ownership.isOf(from, status.epoch());",
                    "boolean fromOwner = ownership.isOn(from);");

    private static final String NETWORK = "SimulatedNetwork";
    private static final String IN_ORDER =
            "long arrival = Math.max(timeline.now() + travel, arrivals.getOrDefault(pair, 0L));";

    private static final SeededBug ADD_REPEATED = SeededBug.of("C08", "a refused add is repeated for ever")
            .in(PLACEMENT, "if (asked && ownership.isOf(node, epoch)) {", "if (asked && nowMillis < 0) {");

    private static final String LOSES = "if (isCut(pair) || faults.loses()) {";
    private static final String LOSES_ADDS =
            "if (isCut(pair) || faults.loses() || faults.areOn() && sent % 2 == 0 && message instanceof dev.maintainer.api.message.CoordinatorRequest.AddMaintainer) {";

    private static final SeededBug NOTHING_THERE = SeededBug.of(
                    "C11", "the word of a host that had no maintainer ends a removal")
            .in(
                    PLACEMENT,
                    "phase == PlacementPhase.REMOVING && finalStatus.checkpointTs() > 0",
                    "phase == PlacementPhase.REMOVING");

    static final SeededBug NOT_RESUMED = SeededBug.of("C10", "a new coordinator does not go on with a move")
            .in(OWNERS, "return owners == 0 ? origin : null;", "return null;");

    static final SeededBug OBEYS_ANY = SeededBug.of("C13b", "a host obeys coordinators that it does not follow")
            .in(REPORTS, "return candidate.equals(coordinator);", "return true;");

    private static final SeededBug ADOPTS_ANY = SeededBug.of("C09", "a new coordinator adopts owners of any epoch")
            .in(
                    OWNERS,
                    "if (status.epoch().equals(durable.epoch()) && status.phase() != LifecyclePhase.CLOSED) {",
                    "if (status.phase() != LifecyclePhase.CLOSED) {");

    private static final SeededBug STARTS_CLOSED = SeededBug.of(
                    "C14", "a host starts a maintainer under an epoch that has closed there")
            .in(HOST, "if (finalStatuses.hasClosed(add.changefeed(), add.epoch())) {", "if (add.checkpointTs() < 0) {");

    private CoordinatorBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("C01", "the next epoch is kept in memory only")
                        .in(PLACEMENT, "boolean fresh = ownership.isUnused(durable.epoch());", "boolean fresh = true;")
                        .in(
                                PLACEMENT,
                                "MaintainerEpoch epoch = slot.metadata().epoch(); ownership.bind(",
                                "MaintainerEpoch epoch = new MaintainerEpoch(Math.max(ownership.usedEpoch + 1,"
                                        + " slot.metadata().epoch().value())); ownership.bind(")
                        .in(OWNERSHIP, "private long usedEpoch;", "long usedEpoch;")
                        .caughtBy(EPOCH_DURABLE_FIRST),
                SeededBug.of("C02", "a last word is acknowledged before it is durable")
                        .in(PLACEMENT, "&& fresh && durable.checkpointTs() >= checkpointTs) {", "&& fresh) {")
                        .caughtBy(CHECKPOINT_MONOTONIC)
                        .first(Workload.HANDOFF_STORM),
                OTHER_EPOCHS.masked(
                        "C03c",
                        "last words are acknowledged, so a host says them no more when it hosts the next owner"),
                SeededBug.of("C03b", "statuses of anybody are taken")
                        .in(
                                PLACEMENT,
                                "boolean fromOwner = ownership.isOf(from, status.epoch());",
                                "boolean fromOwner = ownership.owner() != null;")
                        .caughtBy(CONVERGES)
                        .first(Workload.ZOMBIE_OWNER),
                GOES_BACK.caughtBy(CHECKPOINT_MONOTONIC).first(Workload.CHANGEFEEDS),
                SeededBug.of(
                                "C04b",
                                "the coordinator believes a lower checkpoint, and stores it; and messages to it overtake others")
                        .and(GOES_BACK)
                        .in(PLACEMENT, "Math.max(checkpointTs, durable.checkpointTs()),", "Math.max(1, checkpointTs),")
                        .in(
                                NETWORK,
                                IN_ORDER,
                                "long arrival = message instanceof dev.maintainer.api.message.CoordinatorReport ? timeline.now() + travel :"
                                        + " Math.max(timeline.now() + travel, arrivals.getOrDefault(pair, 0L));")
                        .caughtBy(CHECKPOINT_MONOTONIC)
                        .first(Workload.STEADY, Workload.SWARM),
                SeededBug.of("C05", "the death of the owner is ignored")
                        .in(
                                PLACEMENT,
                                "if (ownership.isOn(node)) { if (phase",
                                "if (ownership.isOn(node) && nowMillis < 0) { if (phase")
                        .caughtBy(CONVERGES)
                        .first(Workload.FLAPPING),
                NOT_ASKED.masked("C15b", "hosts repeat last words until they are acknowledged"),
                SeededBug.of("C07", "requests to hosts are not repeated")
                        .in(REQUESTS, "nextSendAt = nowMillis + config.resendMillis();", "nextSendAt = Long.MAX_VALUE;")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                ADD_REPEATED.masked("C08b", "a host that hosts nothing says so when it is asked to remove it"),
                ADOPTS_ANY.notReached(
                        "an owner lives on unheard while another has owned after it and died, and the changefeed is removed when a new coordinator begins then"),
                NOT_RESUMED.masked(
                        "C12b",
                        "the origin is foreign under the next epoch, and told to go; only its last word is lost"),
                NOTHING_THERE.masked("C11c", "few adds are lost while the removal that follows them arrives"),
                SeededBug.of("C11b", "metadata are deleted when the owner of a removal is lost")
                        .in(
                                PLACEMENT,
                                "requests.handOver(HandoffManifest.EMPTY); step(Event.OWNER_LOST, nowMillis);",
                                "requests.handOver(HandoffManifest.EMPTY); step(phase == PlacementPhase.REMOVING ?"
                                        + " Event.CLOSED : Event.OWNER_LOST, nowMillis);")
                        .caughtBy(DELETED_LAST, CONVERGES)
                        .first(Workload.REMOVAL),
                NOT_TOLD.masked("C12b", "a new coordinator lets the last owner end before it places another"),
                SeededBug.of(
                                "C12b",
                                "a new coordinator does not go on with a move, and former owners are not told to go")
                        .and(NOT_TOLD)
                        .and(NOT_RESUMED)
                        .caughtBy(CONVERGES)
                        .first(Workload.CRASH_IN_HANDOFF),
                FOLLOWS_ANY.masked(
                        "C13c", "the new leader asks the owner that it does not hear of, and epochs tell the rest"),
                SeededBug.of(
                                "C13c",
                                "a host follows any coordinator that asks, a silent owner is not asked, and former coordinators ask for long")
                        .and(FOLLOWS_ANY)
                        .and(NOT_ASKED)
                        .in(
                                "Incidents",
                                "case REPLACE_COORDINATOR -> cluster.replaceLeader(millis, 0);",
                                "case REPLACE_COORDINATOR -> cluster.replaceLeader(0, 20_000);")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                OBEYS_ANY.masked(
                        "C13d",
                        "former coordinators ask for nothing that has no epoch but drains, and those have one, too"),
                STARTS_CLOSED.masked(
                        "C14b",
                        "not reached in 300 worlds: epochs are not given again, so nobody is asked to add under one that has closed"),
                NOT_REPEATED.masked("C15b", "the coordinator repeats its request, and the answer is the last word"),
                SeededBug.of("C15b", "G3: last words of maintainers are said once, and a silent owner is not asked")
                        .and(NOT_REPEATED)
                        .and(NOT_ASKED)
                        .in(HOST, "reports.send(new CoordinatorReport.MaintainerHeartbeat(List.of(last)));", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("C16", "G2: the last word of the origin does not count")
                        .in(PLACEMENT, "accept(finalStatus.checkpointTs());", "")
                        .caughtBy(CHECKPOINT_MONOTONIC)
                        .first(Workload.HANDOFF_STORM),
                MANIFEST_LOST.masked(
                        "C17b", "it tells where to begin with less to replay; what runs is known without it"),
                SeededBug.of("C18", "an epoch that another coordinator has given away is given again")
                        .in(PLACEMENT, "ownership.use(slot.metadata().epoch());", "")
                        .first(Workload.CRASH_IN_HANDOFF)
                        .caughtBy(ONE_OWNER_PER_EPOCH),
                SeededBug.of("C18b", "a new coordinator gives the epoch of its predecessor again")
                        .in(
                                COORDINATOR,
                                "ChangefeedPlacement placement = placements.track(versioned, durable.epoch().value());",
                                "ChangefeedPlacement placement = placements.track(versioned, durable.epoch().value() - 1);")
                        .caughtBy(ONE_OWNER_PER_EPOCH)
                        .first(Workload.CRASH_IN_HANDOFF),
                SeededBug.of("C19", "G15: a removal is placed under the epoch of the dead owner")
                        .in(
                                PLACEMENT,
                                "phase == PlacementPhase.ABSENT && fresh",
                                "phase == PlacementPhase.ABSENT && (fresh || wish == DesiredState.REMOVE)")
                        .caughtBy(ONE_OWNER_PER_EPOCH, DELETED_LAST, CONVERGES)
                        .first(Workload.REMOVAL),
                SeededBug.of("C20", "a write that loses against another coordinator is not noticed")
                        .in(
                                "MetadataSync",
                                "if (result == null) { loadWanted = true; } placements.advance(placement, nowMillis);",
                                "placements.advance(placement, nowMillis);")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS, Workload.SWARM),
                EARLY.masked(
                        "C21b", "the origin stops under its own epoch; the target waits until the next one is durable"),
                SeededBug.of("C22", "the last word of a removal is taken from anybody")
                        .in(
                                PLACEMENT,
                                "return closed(from, status.epoch(), finalStatus, fromOwner, nowMillis);",
                                "return closed(from, status.epoch(), finalStatus, ownership.owner() != null, nowMillis);")
                        .caughtBy(DELETED_LAST, CONVERGES, ONE_OWNER_PER_EPOCH, CHECKPOINT_HONEST)
                        .first(Workload.REMOVAL),
                SeededBug.of("C23", "a host says its last word before its phase is closed")
                        .in(
                                HOST,
                                "if (each.phase() == LifecyclePhase.CLOSED) {",
                                "if (each.phase() == LifecyclePhase.CLOSED"
                                        + " || each.phase() == LifecyclePhase.REMOVING) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of(
                                "C17b",
                                "the manifest is lost between owners, and orphans of the former one are kept for ever")
                        .and(MANIFEST_LOST)
                        .in(
                                "UnclaimedDispatchers",
                                "if (committedTs < earliestTs) {",
                                "if (committedTs < Long.MAX_VALUE) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM, Workload.BACK_AND_FORTH),
                SeededBug.of("C21b", "a move begins before its epoch is durable, and the target does not wait for that")
                        .and(EARLY)
                        .in(
                                PLACEMENT,
                                "phase == PlacementPhase.ORIGIN_STOPPED && fresh &&",
                                "phase == PlacementPhase.ORIGIN_STOPPED && (fresh || move != null && !move.wish().equals(move.origin().node())) &&")
                        .caughtBy(ONE_OWNER_PER_EPOCH)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("C03c", "statuses of other epochs are taken, and last words are not acknowledged")
                        .and(OTHER_EPOCHS)
                        .in(
                                REQUESTS,
                                "fleet.send(node, new CoordinatorRequest.AcknowledgeFinalStatus(slot.metadata().changefeed(), epoch));",
                                "")
                        .caughtBy(CONVERGES)
                        .first(Workload.BACK_AND_FORTH),
                SeededBug.of(
                                "C08b",
                                "a refused add is repeated for ever, and a host that has nothing to remove does not say so")
                        .and(ADD_REPEATED)
                        .in(HOST, "reports.send(new CoordinatorReport.MaintainerHeartbeat(List.of(unknown)));", "")
                        .in(NETWORK, LOSES, LOSES_ADDS)
                        .caughtBy(CONVERGES)
                        .first(Workload.REMOVAL),
                SeededBug.of(
                                "C11c",
                                "the word of a host that had no maintainer ends a removal, and every second add is lost")
                        .and(NOTHING_THERE)
                        .in(NETWORK, LOSES, LOSES_ADDS)
                        .caughtBy(DELETED_LAST)
                        .first(Workload.REMOVAL),
                SeededBug.of(
                                "C14b",
                                "a host starts a maintainer under an epoch that has closed there, and adds come once more after seconds")
                        .and(STARTS_CLOSED)
                        .in(
                                NETWORK,
                                "if (faults.duplicates()) { deliver(pair, message); }",
                                "if (faults.areOn() && message instanceof dev.maintainer.api.message.CoordinatorRequest.AddMaintainer) {"
                                        + " timeline.in(2_000 + timeline.below(4_000), () -> deliver(pair, message)); }"
                                        + " if (faults.duplicates()) { deliver(pair, message); }")
                        .caughtBy(CONVERGES, ONE_OWNER_PER_EPOCH, SILENT_AFTER_CLOSE, REGISTRY_CONSISTENT)
                        .first(Workload.BACK_AND_FORTH));
    }
}
