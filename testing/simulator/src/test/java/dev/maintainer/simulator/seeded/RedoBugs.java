package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_FOR_THE_GATE;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_THROWS;
import static dev.maintainer.simulator.invariant.Invariant.QUIET_AFTER_QUIESCE;
import static dev.maintainer.simulator.invariant.Invariant.REDO_FIRST;
import static dev.maintainer.simulator.invariant.Invariant.REDO_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.SILENT_AFTER_CLOSE;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Guards of a sink that is held behind a redo log, and of two pipelines with one life, taken away one at a time. */
final class RedoBugs {
    private static final String PAIR = "ChangefeedMaintainer";
    private static final String RELEASE = "WriteRelease";
    private static final String PROGRESS = "RedoProgress";
    private static final String WORKER = "ChangefeedWorker";
    private static final String TICKS = "removal.repeat(nowMillis);";
    private static final String FORWARDS = "redo.send(nowMillis); release.send(nowMillis); ";

    private static final SeededBug FORWARDED = SeededBug.of("X14", "a removing maintainer goes on with the redo log")
            .in("Maintainer", TICKS, FORWARDS + TICKS);

    private static final SeededBug LOG_LIVES_ON = SeededBug.of(
                    "X17", "the end of the pipeline into the sink does not end that into the log")
            .in(PAIR, "endTogether(main, redo, nowMillis);", "");

    private static final SeededBug SINK_LIVES_ON = SeededBug.of(
                    "X18", "the end of the pipeline into the log does not end that into the sink")
            .in(PAIR, "endTogether(redo, main, nowMillis);", "");

    private static final SeededBug ONE_QUIESCES = SeededBug.of(
                    "X19", "one pipeline quiesces while the other cannot yet")
            .in(PAIR, "if (tooEarly) {", "if (tooEarly && redo == null) {");

    private static final SeededBug SAID_ONCE = SeededBug.of(
                    "X06", "what may be written is said once, and lost words stay lost")
            .in(
                    RELEASE,
                    "news ? config.redoMillis() : config.releaseRepeatMillis()",
                    "news ? config.redoMillis() : Long.MAX_VALUE");

    private RedoBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("X01", "the pipeline into the sink does not know of the redo log")
                        .in(
                                PAIR,
                                "add.redo() && mode == ReplicationMode.DEFAULT",
                                "add.redo() && mode == ReplicationMode.REDO")
                        .caughtBy(REDO_FIRST)
                        .first(Workload.REDO),
                SeededBug.of("X02", "what is durable in the log is released before the log has promised it")
                        .in(
                                PAIR,
                                "main.release(redo.promisedTs(), nowMillis);",
                                "main.release(redo.checkpointTs(), nowMillis);")
                        .caughtBy(REDO_FIRST)
                        .first(Workload.REDO),
                SeededBug.of("X03", "the log promises for the sink what only the log has")
                        .in(
                                PAIR,
                                "new RedoMeta(main.checkpointTs(), redo.checkpointTs())",
                                "new RedoMeta(redo.checkpointTs(), redo.checkpointTs())")
                        .caughtBy(REDO_HONEST)
                        .first(Workload.REDO),
                SeededBug.of("X04", "what was asked for counts as promised")
                        .in(
                                PROGRESS,
                                "return durable == null ? 0 : durable.resolvedTs();",
                                "return wanted == null ? 0 : wanted.resolvedTs();")
                        .caughtBy(REDO_FIRST)
                        .first(Workload.REDO),
                SeededBug.of("X05", "a promise is asked for once")
                        .in(PROGRESS, "sentAt = nowMillis;", "sentAt = Long.MAX_VALUE / 2;")
                        .caughtBy(CONVERGES)
                        .first(Workload.REDO),
                SAID_ONCE.masked("X06b", "upstream goes on, and the next word says more"),
                SeededBug.of("X07", "workers are told that they may write a little more than is promised")
                        .in(
                                "CommandSender",
                                "new WorkerCommand.Release(changefeed, epoch, releasedTs)",
                                "new WorkerCommand.Release(changefeed, epoch, releasedTs + 1)")
                        .caughtBy(REDO_FIRST)
                        .first(Workload.REDO),
                SeededBug.of("X08", "workers hear of the bound with the first release only")
                        .in(
                                WORKER,
                                "this.released = new Released(releasedTs);",
                                "this.released = new Released(Long.MAX_VALUE);")
                        .caughtBy(REDO_FIRST)
                        .first(Workload.REDO),
                SeededBug.of("X09", "a release of an older owner takes back what a newer one has released")
                        .in("Released", "Math::max", "(before, now) -> now")
                        .caughtBy(REDO_HONEST)
                        .first(Workload.REDO),
                SeededBug.of("X10", "merged dispatchers forget the bound")
                        .in("Merges", "this.bound = bound;", "this.bound = WriteBound.NONE;")
                        .caughtBy(REDO_FIRST)
                        .first(Workload.REDO),
                SeededBug.of("X11", "the trigger of the sink writes DDLs that the log has not")
                        .in(
                                "TriggerCommands",
                                "SchemaId.DDL, bootstrap.startTs(), released);",
                                "SchemaId.DDL, bootstrap.startTs(), dev.maintainer.api.dispatcher.WriteBound.NONE);")
                        .caughtBy(REDO_FIRST)
                        .first(Workload.REDO),
                SeededBug.of("X12", "the maintainer is not told that a promise is durable")
                        .in(
                                WORKER,
                                "report(new WorkerReport.RedoMetaPersisted(changefeed, fence.epoch(), hosted.id(), persisted.meta()));",
                                "")
                        .caughtBy(CONVERGES)
                        .first(Workload.REDO),
                SeededBug.of("X13", "the next owner is not told that there is a redo log")
                        .in("OwnerRequests", "slot.metadata().redo()", "false && slot.metadata().redo()")
                        .caughtBy(REDO_FIRST, CONVERGES)
                        .first(Workload.REDO),
                FORWARDED.caughtBy(NOTHING_FOR_THE_GATE).first(Workload.REDO),
                SeededBug.of("X14b", "a removing maintainer goes on with the redo log, and the gate lets it")
                        .and(FORWARDED)
                        .in("CommandGate", "if (!lifecycle.allows(action)) {", "if (action == null) {")
                        .caughtBy(QUIET_AFTER_QUIESCE)
                        .first(Workload.REDO),
                SeededBug.of("X15", "the pipeline into the redo log is not removed with the other")
                        .in(PAIR, "if (redo != null) { redo.remove(epoch, mode, nowMillis); }", "")
                        .caughtBy(QUIET_AFTER_QUIESCE)
                        .first(Workload.REDO),
                SeededBug.of("X16", "closed is who has closed one of two pipelines")
                        .in(
                                PAIR,
                                "if (redo == null || redo.phase() == ofMain) {",
                                "if (redo == null || redo.phase() == ofMain || ofMain == LifecyclePhase.CLOSED) {")
                        .caughtBy(NOTHING_THROWS)
                        .first(Workload.REDO),
                LOG_LIVES_ON.caughtBy(SILENT_AFTER_CLOSE).first(Workload.REDO, Workload.ZOMBIE_OWNER),
                SINK_LIVES_ON.caughtBy(SILENT_AFTER_CLOSE).first(Workload.REDO, Workload.ZOMBIE_OWNER),
                ONE_QUIESCES.masked("X19b", "the table lists of both pipelines come at nearly the same time"),
                SeededBug.of("X19b", "one pipeline quiesces while the other cannot yet, as that waits for its tables")
                        .and(ONE_QUIESCES)
                        .in(
                                "SimulatedNode",
                                "timeline.in( faults().travel(), () -> take(() -> toHost(new HostInput.TablesLoaded(",
                                "timeline.in((changefeed.isRedo() ? timeline.below(4_000) : 0) + faults().travel(), () -> take(() -> toHost(new HostInput.TablesLoaded(")
                        .caughtBy(QUIET_AFTER_QUIESCE, CONVERGES)
                        .first(Workload.REDO),
                SeededBug.of(
                                "X06b",
                                "what may be written is said once, and upstream stands still when words have been lost")
                        .and(SAID_ONCE)
                        .in(
                                "Upstream",
                                "return timeline.now() - 1;",
                                "return Math.max(Math.min(timeline.now() - 1, 34_000), ddls.isEmpty() ? 0 : ddls.get(ddls.size() - 1).commitTs());")
                        .in(
                                "RestCheck",
                                "return cluster.timeline().now() - checkpointTs > 3_000",
                                "return changefeed.upstream().frontier() - checkpointTs > 100")
                        .in(
                                "RestCheck",
                                "return cluster.timeline().now() - promisedTs > 3_000",
                                "return changefeed.upstream().frontier() - promisedTs > 100")
                        .in(
                                DivisionBugs.NETWORK,
                                DivisionBugs.LOSES,
                                "if (isCut(pair) || faults.loses() || sent % 3 == 0 && message instanceof dev.maintainer.api.message.WorkerCommand.Release) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.REDO));
    }
}
