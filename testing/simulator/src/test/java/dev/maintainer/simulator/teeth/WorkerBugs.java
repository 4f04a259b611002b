package dev.maintainer.simulator.teeth;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DELETED_LAST;
import static dev.maintainer.simulator.invariant.Invariant.NO_GAP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.WORKER_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.WORKER_FENCED;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** What workers owe their owners. */
final class WorkerBugs {
    private static final String WORKER = "ChangefeedWorker";
    private static final String MANAGER = "DispatcherManager";
    private static final String HEARTBEATS = "HeartbeatAssembler";

    private static final PlantedBug NO_SINK_FENCE = PlantedBug.of("W02", "the sink is not fenced")
            .in(Module.WORKER, "DispatcherHosting", "surroundings.factory().fence(changefeed, epoch);", "");
    private static final PlantedBug NO_TOMBSTONES = PlantedBug.of("W04", "workers have no tombstones")
            .in(
                    Module.WORKER,
                    MANAGER,
                    "if (buried != null && !command.epoch().isNewerThan(buried)) {",
                    "if (buried != null && buried.value() < 0) {");

    private WorkerBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of("W01", "a worker has no fence: it does what older owners say")
                        .in(
                                Module.WORKER,
                                "OwnerFence",
                                "return senderEpoch.equals(epoch) && sender.equals(owner) ?"
                                        + " Standing.OWNER : Standing.STALE;",
                                "return Standing.OWNER;")
                        .caughtBy(WORKER_FENCED, ONE_WRITER, CONVERGES, CHECKPOINT_HONEST, NO_GAP)
                        .first(Workload.ZOMBIE_OWNER, Workload.PARTITIONS),
                NO_SINK_FENCE.caughtBy(WORKER_FENCED),
                PlantedBug.of("W03", "a successor may command before it has bootstrapped")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "if (standing == Standing.SUCCESSOR) { // It has",
                                "if (standing == Standing.SUCCESSOR && nowMillis < 0) { // It has")
                        .notReached("an owner commands nobody that has not answered its bootstrap"),
                NO_TOMBSTONES.notReached("the sink refuses to be fenced for an older epoch"),
                PlantedBug.of("W04b", "workers have no tombstones, and the sink is not fenced")
                        .and(NO_TOMBSTONES)
                        .and(NO_SINK_FENCE)
                        .caughtBy(WORKER_FENCED),
                PlantedBug.of("W05", "ends by themselves are told once")
                        .in(Module.WORKER, WORKER, "mourned.put(hosted.id(), last);", "")
                        .caughtBy(CHECKPOINT_HONEST, CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("W05b", "last words are not repeated, though they hold the watermark")
                        .in(
                                Module.WORKER,
                                HEARTBEATS,
                                "if (statuses.size() < STATUS_LIMIT) { statuses.add(last); }",
                                "")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("W05d", "what has ended is created again before it is removed")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "if (mourned.containsKey(create.dispatcher())) {",
                                "if (mourned.containsKey(create.dispatcher()) && create.startTs() < 0) {")
                        .caughtBy(WORKER_CONSISTENT, ONE_WRITER, CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("W06", "a remove of what is not there is not answered")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "heartbeats.changed(new DispatcherStatus(id, merges.endOf(id, remove.intent()), 0));",
                                "")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS),
                PlantedBug.of("W07", "a remove is answered before the dispatcher has ended")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "DispatcherSpec spec = present.spec(); journal.open(",
                                "heartbeats.changed(new DispatcherStatus(id, ComponentState.STOPPED,"
                                        + " present.checkpointTs()));"
                                        + " DispatcherSpec spec = present.spec(); journal.open(")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.SWARM),
                PlantedBug.of("W08", "a create that fails is not reported")
                        .in(
                                Module.WORKER,
                                "DispatcherHosting",
                                "heartbeats.changed(new DispatcherStatus(spec.dispatcher(), ComponentState.REMOVED, 0));",
                                "")
                        .notReached("the answer to the repeated create tells"),
                PlantedBug.of("W08b", "a create that fails is never reported")
                        .in(
                                Module.WORKER,
                                "DispatcherHosting",
                                "heartbeats.changed(new DispatcherStatus(spec.dispatcher(), ComponentState.REMOVED, 0));",
                                "")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "heartbeats.changed(new DispatcherStatus(create.dispatcher(), ComponentState.REMOVED, 0));",
                                "")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("W09", "a repeated bootstrap brings a removed trigger back")
                        .in(Module.WORKER, WORKER, "|| bootstrap.epoch().equals(triggerRemovedUnder)", "")
                        .notReached("messages from one node to another arrive in order"),
                PlantedBug.of("W10", "a new dispatcher is not in the watermark")
                        .in(Module.WORKER, "NodeWatermark", "include(dispatcher); seq++;", "seq++;")
                        .caughtBy(WORKER_CONSISTENT, CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                PlantedBug.of("W10b", "a new dispatcher does not raise the sequence of watermarks")
                        .in(Module.WORKER, "NodeWatermark", "include(dispatcher); seq++;", "include(dispatcher);")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                PlantedBug.of("W11", "a heartbeat with a last word has a watermark without it")
                        .in(Module.WORKER, HEARTBEATS, "watermark.include(status.checkpointTs());", "")
                        .notReached(
                                "the last watermark before it includes the dispatcher, and the next one the last word"),
                PlantedBug.of("W12", "block statuses are told once")
                        .in(
                                Module.WORKER,
                                "BlockStatusOutbox",
                                "dueAt = nowMillis + resendMillis;",
                                "dueAt = Long.MAX_VALUE;")
                        .caughtBy(CONVERGES)
                        .first(Workload.TABLE_STORM, Workload.PARTITIONS),
                PlantedBug.of("W13", "dispatchers go on after the session is lost")
                        .in(Module.WORKER, MANAGER, "workers.values().forEach(ChangefeedWorker::abandon);", "")
                        .caughtBy(WORKER_CONSISTENT)
                        .first(Workload.FLAPPING),
                PlantedBug.of("W14", "a worker says that it is closed while dispatchers still end")
                        .in(Module.WORKER, WORKER, "return closing && dispatchers.isEmpty();", "return closing;")
                        .caughtBy(DELETED_LAST, CONVERGES, WORKER_CONSISTENT)
                        .first(Workload.REMOVAL),
                PlantedBug.of("W15", "a close ends no dispatchers")
                        .in(
                                Module.WORKER,
                                WORKER,
                                ".filter(hosted -> !hosted.isClosing() && hosting.askToEnd(hosted))",
                                ".filter(hosted -> false)")
                        .caughtBy(CONVERGES)
                        .first(Workload.REMOVAL),
                PlantedBug.of("W16", "G16: a worker that is closing takes a bootstrap")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "WorkerError error = closing ?",
                                "WorkerError error = closing && nowMillis < 0 ?")
                        .notReached(
                                "only the removal of a changefeed closes workers, and its next owner closes them too"),
                PlantedBug.of("W17", "G15: a close of a new owner is answered and not done")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "if (standing == Standing.STALE) {"
                                        + " surroundings.send(from, new WorkerReport.CloseDone(",
                                "if (standing != Standing.OWNER) {"
                                        + " surroundings.send(from, new WorkerReport.CloseDone(")
                        .caughtBy(DELETED_LAST, CONVERGES)
                        .first(Workload.REMOVAL),
                PlantedBug.of("W18", "the journal is not told to a successor")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "journal.entriesFor(fence.epoch(), id -> dispatchers.get(id) != null"
                                        + " && !dispatchers.isTrigger(id))",
                                "List.of()")
                        .notReached("not reached in 300 worlds any more: what the manifest says makes up for it")
                        .first(Workload.HANDOFF_STORM, Workload.SWARM),
                PlantedBug.of("W19", "a stale command is ignored without a word")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "surroundings.send( from, new WorkerReport.CommandRefused(changefeed, command.epoch(),"
                                        + " fence.epoch(), command.kind()));",
                                "")
                        .notReached("the coordinator tells a former owner to go"),
                PlantedBug.of(
                                "W22b",
                                "a late bootstrap leaves what older owners left, and owners begin before they have heard of all members")
                        .within(PlantedBug.RARE)
                        .in(
                                Module.WORKER,
                                WORKER,
                                ": bootstrap.late() && bootstrap.epoch()",
                                ": bootstrap.late() && executed < 0 && bootstrap.epoch()")
                        .in(
                                Module.CORE,
                                "changefeed.Bootstrap",
                                "return pipeline.members.version() < leastVersion;",
                                "return false;")
                        .first(Workload.LOST_MEMORY)
                        .caughtBy(ONE_WRITER),
                PlantedBug.of("B30", "an owner begins before it has heard of the members that its predecessor used")
                        .within(PlantedBug.RARE)
                        .in(
                                Module.CORE,
                                "changefeed.Bootstrap",
                                "return pipeline.members.version() < leastVersion;",
                                "return false;")
                        .first(Workload.LOST_MEMORY)
                        .caughtBy(ONE_WRITER),
                PlantedBug.of("W22", "a late bootstrap leaves what older owners left")
                        .in(
                                Module.WORKER,
                                WORKER,
                                ": bootstrap.late() && bootstrap.epoch()",
                                ": bootstrap.late() && executed < 0 && bootstrap.epoch()")
                        .first(Workload.LOST_MEMORY)
                        .notReached("owners hear of all members before they begin; see W22b"),
                PlantedBug.of("W23", "a newer owner does not end an older trigger")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "? standing == Standing.SUCCESSOR && !hosted.id().equals(bootstrap.trigger())",
                                "? standing == Standing.SUCCESSOR && executed < 0")
                        .in(
                                Module.WORKER,
                                WORKER,
                                "if (running == null || (!same && standing == Standing.SUCCESSOR)) {",
                                "if (running == null) {")
                        .notReached("none is left: a last word comes after the end of the trigger; see R19b"),
                PlantedBug.of("W24", "a successor gets watermarks of the former owner's time")
                        .in(Module.WORKER, HEARTBEATS, "changed.clear(); watermark.recompute(dispatchers);", "")
                        .notReached("the snapshot tells a successor more, and a watermark that is too low "
                                + "does no harm"),
                PlantedBug.of("W20", "a takeover keeps the former owner")
                        .in(Module.WORKER, "OwnerFence", "owner = successor;", "")
                        .caughtBy(CONVERGES),
                PlantedBug.of("W21", "a takeover keeps the former epoch")
                        .in(Module.WORKER, "OwnerFence", "owner = successor; epoch = newEpoch;", "owner = successor;")
                        .caughtBy(CONVERGES));
    }
}
