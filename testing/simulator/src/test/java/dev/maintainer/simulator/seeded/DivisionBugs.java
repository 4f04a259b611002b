package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_THROWS;
import static dev.maintainer.simulator.invariant.Invariant.NO_GAP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.OPERATORS_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.WORKER_CONSISTENT;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Bugs of splits and merges: at the operator, in the registry, at the worker, and when a new owner finds them begun. */
final class DivisionBugs {
    static final String NETWORK = "SimulatedNetwork";
    static final String LOSES = "if (isCut(pair) || faults.loses()) {";
    static final String LOSES_HEARTBEATS =
            "if (isCut(pair) || faults.loses() || faults.areOn() && sent % 2 == 0 && message instanceof dev.maintainer.api.message.WorkerReport.Heartbeat) {";
    private static final String CONTROLLER = "OperatorController";
    private static final String SPLIT = "SplitProtocol";
    private static final String MERGE = "MergeProtocol";
    private static final String REGISTRY = "SpanRegistry";
    private static final String REBUILD = "StateRebuild";
    static final String MERGES = "Merges";
    private static final String COMMANDS = "DispatcherCommands";

    private static final SeededBug TARGET_STAYS = SeededBug.of(
                    "V19", "the target of a dropped table's merge is not removed")
            .in(CONTROLLER, "mergeTargets.forEach((target, node) -> removeStray(target, node, nowMillis));", "");

    private static final SeededBug MANIFEST_IGNORED = SeededBug.of(
                    "V16", "the manifest is ignored when a split is found begun")
            .in(REBUILD, "splits.put(frozen.dispatcher(), frozen);", "");

    private static final SeededBug BEGINS_AGAIN =
            SeededBug.of("V12", "a merge that was given up begins again").in(MERGES, "refuseUpTo(heardUpTo);", "");

    private static final SeededBug NEVER_WAS = SeededBug.of(
                    "V17", "a target that has ended is taken for one that never was")
            .in(
                    COMMANDS,
                    "DispatcherStatus last = ends.of(target); if (last != null) {",
                    "DispatcherStatus last = ends.of(target); if (last != null && closing) {");

    private DivisionBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("V01", "G1: a worker that refuses a merge does not say so")
                        .in(
                                COMMANDS,
                                "merges.refuseUpTo(merge.request());"
                                        + " heartbeats.changed(new DispatcherStatus(target, ComponentState.REMOVED, 0));",
                                "")
                        .caughtBy(CONVERGES)
                        .first(Workload.DIVISION),
                SeededBug.of("V02", "G1: a merge does not hear that it was given up")
                        .in(
                                MERGE,
                                "case REMOVED -> Optional.of(Event.TARGET_REMOVED);",
                                "case REMOVED -> Optional.empty();")
                        .caughtBy(CONVERGES)
                        .first(Workload.DIVISION),
                SeededBug.of("V03", "G2: of a merge whose node died one source is let go")
                        .in(
                                "SpanEffects",
                                "spansOf(operator).forEach(spans::markAbsent);",
                                "spansOf(operator).stream().limit(1).forEach(spans::markAbsent);")
                        .caughtBy(OPERATORS_CONSISTENT, CONVERGES, CHECKPOINT_HONEST)
                        .first(Workload.DIVISION),
                SeededBug.of("V04", "G3: a merge does not look where its sources are")
                        .in("AdmissionPreconditions", "if (!runsOn(source, node)) {", "if (!source.isRegistered()) {")
                        .notReached(
                                "a source moves between the plan of a merge and its admission, and its node lets a merge begin without it"),
                SeededBug.of("V05", "S3: any state of the origin divides a span")
                        .in(SPLIT, "&& reported.state().isTerminal()", "")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.DIVISION),
                SeededBug.of("V06", "S4: a split does not hear that its table was dropped")
                        .in(SPLIT, "return Event.TASK_REMOVED;", "return Event.CANCELLED;")
                        .caughtBy(NOTHING_THROWS)
                        .first(Workload.DIVISION),
                SeededBug.of("V07", "parts begin above what was delivered")
                        .in(
                                REGISTRY,
                                "addAbsent(part.dispatcher(), part.span(), whole.schema(), whole.checkpointTs);",
                                "addAbsent(part.dispatcher(), part.span(), whole.schema(), whole.checkpointTs + 500);")
                        .caughtBy(NO_GAP, CHECKPOINT_HONEST)
                        .first(Workload.DIVISION),
                SeededBug.of("V08", "#4542: sources stay when the target is there")
                        .in(REGISTRY, "sources.forEach(source -> remove(source.id()));", "")
                        .caughtBy(REGISTRY_CONSISTENT)
                        .first(Workload.DIVISION),
                SeededBug.of("V09", "a target counts as far as its furthest source")
                        .in(
                                REGISTRY,
                                ".mapToLong(DrivenSpan::checkpointTs) .min()",
                                ".mapToLong(DrivenSpan::checkpointTs).max()")
                        .caughtBy(NO_GAP, CHECKPOINT_HONEST)
                        .first(Workload.DIVISION),
                SeededBug.of("V10", "a target begins where its furthest source has ended")
                        .in(
                                MERGES,
                                ".mapToLong(HostedDispatcher::checkpointTs) .min()",
                                ".mapToLong(HostedDispatcher::checkpointTs).max()")
                        .caughtBy(NO_GAP)
                        .first(Workload.DIVISION),
                SeededBug.of("V11", "a target begins when one of its sources has ended")
                        .in(
                                MERGES,
                                "sources.stream().allMatch(HostedDispatcher::hasEnded)",
                                "sources.stream().anyMatch(HostedDispatcher::hasEnded)")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.DIVISION),
                BEGINS_AGAIN.masked("V12b", "a request is seldom under way again when its target cannot be created"),
                SeededBug.of("V13", "restore without the merge journal")
                        .in(
                                REBUILD,
                                "for (MergeInProgress merge : snapshot.merges()) {",
                                "for (MergeInProgress merge : List.<MergeInProgress>of()) {")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.DIVISION),
                SeededBug.of("V14", "sources that have ended by the time of the rebuild are forgotten")
                        .in(REBUILD, "&& (!ended || sources.contains(dispatcher.dispatcher()));", "&& !ended;")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.DIVISION),
                SeededBug.of("V15", "#6202: merges of tables that are not known yet are forgotten")
                        .in(REBUILD, "unclaimed.addMerge(merging.node(), merging.merge());", "")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.DIVISION)
                        .within(SeededBug.RARE),
                MANIFEST_IGNORED.notReached(
                        "a split that was asked for once and that nobody asks for again, and somebody who looks whether it is made"),
                NEVER_WAS.notReached(
                        "a merge is asked for again after its target has ended, and nothing was heard of either between"),
                SeededBug.of("V18", "a source that was removed comes back when its merge is given up")
                        .in(COMMANDS, "merges.doNotReturn(id);", "")
                        .caughtBy(WORKER_CONSISTENT)
                        .first(Workload.DIVISION),
                TARGET_STAYS.masked(
                        "V19b", "its sources are removed, which ends the merge; otherwise it is removed as an orphan"),
                SeededBug.of("V20", "the sources of a merge may have another operator")
                        .in(
                                "OperatorExecution",
                                "return operator != null ? operator : merging.get(id);",
                                "return operator;")
                        .caughtBy(OPERATORS_CONSISTENT, CONVERGES, ONE_WRITER)
                        .first(Workload.DIVISION),
                SeededBug.of("V19b", "the target of a dropped table's merge is not removed, nor are orphans")
                        .and(TARGET_STAYS)
                        .and(OperatorBugs.ORPHANS_STAY)
                        .caughtBy(CONVERGES)
                        .within(3_000)
                        .first(Workload.DIVISION),
                SeededBug.of(
                                "V12b",
                                "a merge that was given up begins again, many targets cannot be created, and requests come again")
                        .and(BEGINS_AGAIN)
                        .in(
                                MERGES,
                                "hosting.create(new DispatcherSpec( changefeed, epoch, merge.target()",
                                "if (heardUpTo % 2 == 0) hosting.create(new DispatcherSpec( changefeed, epoch, merge.target()")
                        .in(
                                NETWORK,
                                "if (faults.duplicates()) { deliver(pair, message); }",
                                "if (faults.areOn() && message instanceof dev.maintainer.api.message.WorkerCommand.MergeDispatchers) {"
                                        + " timeline.in(timeline.below(1_000), () -> deliver(pair, message)); }"
                                        + " if (faults.duplicates()) { deliver(pair, message); }")
                        .caughtBy(ONE_WRITER, CONVERGES, REGISTRY_CONSISTENT, NO_GAP)
                        .first(Workload.DIVISION));
    }
}
