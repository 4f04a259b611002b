package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.DELETED_LAST;
import static dev.maintainer.simulator.invariant.Invariant.EXECUTED_WAS_ASKED;
import static dev.maintainer.simulator.invariant.Invariant.NO_GAP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.WORKER_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.WORKER_FENCED;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;

/** What workers owe their owners. */
final class WorkerBugs {
    private static final String WORKER = "ChangefeedWorker";
    private static final String COMMANDS = "DispatcherCommands";
    private static final String TRIGGER = "TriggerCommands";
    private static final String MANAGER = "DispatcherManager";
    private static final String HEARTBEATS = "HeartbeatAssembler";

    private static final SeededBug NO_SINK_FENCE = SeededBug.of("W02", "the sink is not fenced")
            .in("DispatcherHosting", "surroundings.factory().fence(changefeed, epoch);", "");
    private static final SeededBug NO_TOMBSTONES = SeededBug.of("W04", "workers have no tombstones")
            .in(
                    MANAGER,
                    "if (rejectedUpTo != null && !command.epoch().isNewerThan(rejectedUpTo)) {",
                    "if (rejectedUpTo != null && rejectedUpTo.value() < 0) {");

    private static final SeededBug HASTY_SUCCESSOR = SeededBug.of(
                    "W03", "a successor may command before it has bootstrapped")
            .in(
                    WORKER,
                    "if (standing == Standing.SUCCESSOR) { // It has",
                    "if (standing == Standing.SUCCESSOR && nowMillis < 0) { // It has");
    private static final SeededBug FAILURE_UNSAID = SeededBug.of("W08", "a create that fails is not reported")
            .in(
                    "DispatcherHosting",
                    "heartbeats.changed(new DispatcherStatus(spec.dispatcher(), ComponentState.REMOVED, 0));",
                    "");
    private static final SeededBug TRIGGER_COMES_BACK = SeededBug.of(
                    "W09", "a repeated bootstrap brings a removed trigger back")
            .in(TRIGGER, "|| bootstrap.epoch().equals(triggerRemovedUnder)", "");
    private static final SeededBug NOT_INCLUDED = SeededBug.of(
                    "W11", "a heartbeat with a last word has a watermark without it")
            .in(HEARTBEATS, "watermark.include(status.checkpointTs());", "");
    private static final SeededBug CLOSING_TAKES_OVER = SeededBug.of(
                    "W16", "G16: a worker that is closing takes a bootstrap")
            .in(WORKER, "WorkerError error = isClosing() ?", "WorkerError error = isClosing() && nowMillis < 0 ?");
    private static final SeededBug JOURNAL_UNTOLD = SeededBug.of("W18", "the journal is not told to a successor")
            .in(
                    WORKER,
                    "journal.entriesFor(fence.epoch(), id -> dispatchers.get(id) != null"
                            + " && !dispatchers.isTrigger(id))",
                    "List.of()");
    /** A bug of its own, and with others a companion of those that joining nodes show. */
    static final SeededBug LEAVES_OLDER = SeededBug.of("W22", "a late bootstrap leaves what older owners left")
            .in(
                    WORKER,
                    ": bootstrap.late() && bootstrap.epoch()",
                    ": bootstrap.late() && commands.executed() < 0 && bootstrap.epoch()");
    /** Owners ask their own worker again and again, so that one that is fenced hears of it; nobody else tells it. */
    static final SeededBug ONLY_WORKERS_TELL = SeededBug.of("-", "only workers tell a former owner to go")
            .in(
                    "Coordinator",
                    "if (placement.isForeign(from, status)) {",
                    "if (placement.isForeign(from, status) && nowMillis < 0) {")
            .in("TriggerStarter", "if (!begun && due) {", "if (due) {");

    private WorkerBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("W01", "a worker has no fence: it does what older owners say")
                        .in(
                                "OwnerFence",
                                "return senderEpoch.equals(epoch) && sender.equals(owner) ?"
                                        + " Standing.OWNER : Standing.STALE;",
                                "return Standing.OWNER;")
                        .caughtBy(WORKER_FENCED, ONE_WRITER, CONVERGES, CHECKPOINT_HONEST, NO_GAP, EXECUTED_WAS_ASKED)
                        .first(Workload.ZOMBIE_OWNER, Workload.PARTITIONS),
                NO_SINK_FENCE.caughtBy(WORKER_FENCED),
                HASTY_SUCCESSOR.masked("W03b", "an owner commands nobody that has not answered its bootstrap"),
                SeededBug.of("W03b", "a successor may command before it has bootstrapped, and does")
                        .and(HASTY_SUCCESSOR)
                        .in(
                                "Bootstrap",
                                "for (NodeId node : members.dueForRequest(nowMillis, resendMillis)) {",
                                "for (NodeId node : members.dueForRequest(nowMillis, resendMillis)) {"
                                        + " commands.remove(dev.maintainer.api.lifecycle.LifecycleAction.SEND_BOOTSTRAP,"
                                        + " node, new dev.maintainer.api.model.DispatcherId(1, nowMillis),"
                                        + " dev.maintainer.api.operator.OperatorType.REMOVE, nowMillis);")
                        .caughtBy(EXECUTED_WAS_ASKED)
                        .first(Workload.HANDOFF_STORM),
                NO_TOMBSTONES.masked("W04b", "the sink refuses to be fenced for an older epoch"),
                SeededBug.of("W04b", "workers have no tombstones, and the sink lets itself be fenced by anybody")
                        .and(NO_TOMBSTONES)
                        .in("Downstream", "if (wanted.value() < epoch) {", "if (wanted.value() < 0) {")
                        .caughtBy(WORKER_FENCED)
                        .within(3_000)
                        .first(Workload.REMOVAL),
                SeededBug.of("W05", "ends by themselves are told once")
                        .in("DispatcherEnds", "unacknowledgedEnds.put(hosted.id(), last);", "")
                        .caughtBy(CHECKPOINT_HONEST, CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("W05b", "last words are not repeated, though they hold the watermark")
                        .in(HEARTBEATS, "if (statuses.size() < STATUS_LIMIT) { statuses.add(last); }", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("W05d", "what has ended is created again before it is removed")
                        .in(
                                COMMANDS,
                                "if (ends.of(create.dispatcher()) != null) {",
                                "if (ends.of(create.dispatcher()) != null && create.startTs() < 0) {")
                        .caughtBy(WORKER_CONSISTENT, ONE_WRITER, CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("W06", "a remove of what is not there is not answered")
                        .in(
                                COMMANDS,
                                "heartbeats.changed(new DispatcherStatus(id, merges.endOf(id, remove.intent()), 0));",
                                "")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS),
                SeededBug.of("W07", "a remove is answered before the dispatcher has ended")
                        .in(
                                COMMANDS,
                                "DispatcherSpec spec = present.spec(); journal.open(",
                                "heartbeats.changed(new DispatcherStatus(id, ComponentState.STOPPED,"
                                        + " present.checkpointTs()));"
                                        + " DispatcherSpec spec = present.spec(); journal.open(")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.SWARM),
                FAILURE_UNSAID.masked("W08b", "the answer to the repeated create tells"),
                SeededBug.of("W08b", "a create that fails is not reported, nor is a repetition of it answered")
                        .and(FAILURE_UNSAID)
                        .and(WorldChanges.STATUSES_ARRIVE)
                        .in(
                                COMMANDS,
                                "private long executed;",
                                "private long executed;"
                                        + " private final java.util.Map<DispatcherId, Long> failed = new java.util.HashMap<>();")
                        .in(
                                COMMANDS,
                                "if (!created && dispatchers.get(create.dispatcher()) == null) {",
                                "if (!created && dispatchers.get(create.dispatcher()) == null) {"
                                        + " failed.put(create.dispatcher(), create.request());")
                        .in(
                                COMMANDS,
                                "heartbeats.changed(new DispatcherStatus(create.dispatcher(), ComponentState.REMOVED, 0));",
                                "if (failed.getOrDefault(create.dispatcher(), 0L) != create.request()) {"
                                        + " heartbeats.changed(new DispatcherStatus(create.dispatcher(),"
                                        + " ComponentState.REMOVED, 0)); }")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                TRIGGER_COMES_BACK.masked(
                        "W09b",
                        "messages from one node to another arrive in order, and a newer owner ends an older trigger"),
                SeededBug.of(
                                "W09b",
                                "a repeated bootstrap brings a removed trigger back, it comes after the removal, and the"
                                        + " next owner does not end that trigger")
                        .and(TRIGGER_COMES_BACK)
                        .and(WorldChanges.BOOTSTRAPS_COME_AGAIN)
                        .in(
                                WORKER,
                                "? standing == Standing.SUCCESSOR && !hosted.id().equals(bootstrap.trigger())",
                                "? standing == Standing.SUCCESSOR && commands.executed() < 0")
                        .in(
                                TRIGGER,
                                "if (running == null || (!same && standing == Standing.SUCCESSOR)) {",
                                "if (running == null) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("W10", "a new dispatcher is not in the watermark")
                        .in("NodeWatermark", "include(dispatcher); seq++;", "seq++;")
                        .caughtBy(WORKER_CONSISTENT, CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                SeededBug.of("W10b", "a new dispatcher does not raise the sequence of watermarks")
                        .in("NodeWatermark", "include(dispatcher); seq++;", "include(dispatcher);")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                NOT_INCLUDED.masked(
                        "W11b", "the last watermark before it includes the dispatcher, and the next one the last word"),
                SeededBug.of(
                                "W11b",
                                "a heartbeat with a last word has a watermark without it, which is new, and comes before"
                                        + " the word")
                        .and(NOT_INCLUDED)
                        .in(
                                WORKER,
                                "heartbeats.flush(nowMillis).forEach(this::sendHeartbeat);",
                                "heartbeats.watermark().recompute(dispatchers.values());"
                                        + " heartbeats.flush(nowMillis).forEach(this::sendHeartbeat);")
                        .in(
                                HEARTBEATS,
                                "int to = Math.min(from + STATUS_LIMIT, statuses.size());",
                                "int to = Math.min(from + STATUS_LIMIT, statuses.size());"
                                        + " out.add(new Content(watermark.current(), List.of(), false, List.of()));")
                        .and(WorldChanges.STATUSES_ARRIVE)
                        .caughtBy(CHECKPOINT_HONEST, Invariant.NO_GAP)
                        .first(Workload.SWARM),
                SeededBug.of("W12", "block statuses are told once")
                        .in("BlockStatusOutbox", "dueAt = nowMillis + resendMillis;", "dueAt = Long.MAX_VALUE;")
                        .caughtBy(CONVERGES)
                        .first(Workload.TABLE_STORM, Workload.PARTITIONS),
                SeededBug.of("W13", "dispatchers go on after the session is lost")
                        .in(MANAGER, "workers.values().forEach(ChangefeedWorker::abandon);", "")
                        .caughtBy(WORKER_CONSISTENT)
                        .first(Workload.FLAPPING),
                SeededBug.of("W14", "a worker says that it is closed while dispatchers still end")
                        .in(WORKER, "return isClosing() && dispatchers.isEmpty();", "return isClosing();")
                        .caughtBy(DELETED_LAST, CONVERGES, WORKER_CONSISTENT)
                        .first(Workload.REMOVAL),
                SeededBug.of("W15", "a close ends no dispatchers")
                        .in(
                                WORKER,
                                ".filter(hosted -> !hosted.isClosing() && hosting.askToEnd(hosted))",
                                ".filter(hosted -> false)")
                        .caughtBy(CONVERGES)
                        .first(Workload.REMOVAL),
                CLOSING_TAKES_OVER.masked(
                        "W16b",
                        "only the removal of a changefeed closes workers, and what is made anew waits for that"),
                SeededBug.of(
                                "W16b",
                                "G16: a worker that is closing takes a bootstrap, and a changefeed is made anew while"
                                        + " workers are closing")
                        .and(CLOSING_TAKES_OVER)
                        .in(
                                "Removal",
                                "if (done.outcome() == CloseOutcome.CLOSING) { return Disposition.APPLIED; }",
                                "")
                        .in(
                                "SimulatedChangefeed",
                                "if (dispatcher.node().isMember() && dispatcher.node().isUp()) {",
                                "if (dispatcher.node().isMember() && !dispatcher.node().isMember()) {")
                        .and(WorldChanges.ENDS_TAKE_LONG)
                        .caughtBy(CONVERGES, WORKER_CONSISTENT, ONE_WRITER)
                        .first(Workload.REMOVAL),
                SeededBug.of("W17", "G15: a close of a new owner is answered and not done")
                        .in(
                                WORKER,
                                "if (standing == Standing.STALE) {"
                                        + " surroundings.send(from, new WorkerReport.CloseDone(",
                                "if (standing != Standing.OWNER) {"
                                        + " surroundings.send(from, new WorkerReport.CloseDone(")
                        .caughtBy(DELETED_LAST, CONVERGES)
                        .first(Workload.REMOVAL),
                JOURNAL_UNTOLD.masked("W18b", "the word of the end is hardly ever lost just then"),
                SeededBug.of("W18b", "the journal is not told to a successor, and last words get lost")
                        .and(JOURNAL_UNTOLD)
                        .and(WorldChanges.LAST_WORDS_GET_LOST)
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.HANDOFF_STORM, Workload.SWARM),
                SeededBug.of("W19", "a stale command is ignored without a word")
                        .in(
                                WORKER,
                                "surroundings.send( from, new WorkerReport.CommandRefused(changefeed, command.epoch(),"
                                        + " fence.epoch(), command.kind()));",
                                "")
                        .notReached(
                                "a former owner would have to live on with its lease, commanding, and no coordinator"
                                        + " tell it to go for a minute"),
                SeededBug.of("B30", "an owner begins before it has heard of the members that its predecessor used")
                        .within(SeededBug.RARE)
                        .in("Bootstrap", "return members.version() < assignment.leastVersion();", "return false;")
                        .first(Workload.LOST_MEMORY)
                        .caughtBy(ONE_WRITER),
                LEAVES_OLDER.masked(
                        "B12b",
                        "owners hear of all members before they begin, and what a node that joins runs is removed"),
                SeededBug.of("W23", "a newer owner does not end an older trigger")
                        .in(
                                WORKER,
                                "? standing == Standing.SUCCESSOR && !hosted.id().equals(bootstrap.trigger())",
                                "? standing == Standing.SUCCESSOR && commands.executed() < 0")
                        .in(
                                TRIGGER,
                                "if (running == null || (!same && standing == Standing.SUCCESSOR)) {",
                                "if (running == null) {")
                        .masked("R19b", "none is left: a last word comes after the end of the trigger"),
                SeededBug.of("W20", "a takeover keeps the former owner")
                        .in("OwnerFence", "owner = successor;", "")
                        .caughtBy(CONVERGES),
                SeededBug.of("W21", "a takeover keeps the former epoch")
                        .in("OwnerFence", "owner = successor; epoch = newEpoch;", "owner = successor;")
                        .caughtBy(CONVERGES));
    }
}
