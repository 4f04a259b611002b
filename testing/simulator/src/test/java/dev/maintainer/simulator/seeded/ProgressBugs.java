package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_MONOTONIC;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.NO_BUSY_LOOP;
import static dev.maintainer.simulator.invariant.Invariant.NO_GAP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;

/** Checkpoints, watermarks and the statuses of dispatchers. */
final class ProgressBugs {
    private static final String HEARTBEATS = "HeartbeatReconciler";
    private static final String CALCULATOR = "CheckpointCalculator";
    private static final String MAINTAINER = "Maintainer";

    private static final SeededBug UNANSWERED_COUNT = SeededBug.of(
                    "P05", "heartbeats of workers that have not answered" + " the bootstrap are taken")
            .in(
                    HEARTBEATS,
                    "if (storesProgress && !members.isCurrent(from, heartbeat.incarnation())) {",
                    "if (storesProgress && nowMillis < 0) {");
    private static final SeededBug LOST_TRIGGER = SeededBug.of("P10", "a lost trigger does not cap the checkpoint")
            .in("CheckpointProgress", "trigger.isLost() ? trigger.checkpointTs() : Long.MAX_VALUE", "Long.MAX_VALUE");
    private static final SeededBug WATERMARK_WITHOUT_TRIGGER = SeededBug.of(
                    "P11", "a watermark without the trigger" + " counts after the trigger is made again")
            .in("TriggerStarter", "watermarks.forget(trigger.node());", "");
    private static final SeededBug NOT_HELD = SeededBug.of("W05c", "what has ended does not hold the watermark")
            .in("HeartbeatAssembler", "watermark.include(last.checkpointTs());", "");
    private static final SeededBug TRIGGER_NOT_HELD = SeededBug.of(
                    "W05e", "a trigger that has ended does not hold the" + " watermark")
            .in(
                    "DispatcherEnds",
                    "if (!hosted.isClosing()) { unacknowledgedEnds",
                    "if (!hosted.isClosing() && !dispatchers.isTrigger(hosted.id())) { unacknowledgedEnds");
    private static final SeededBug OTHER_EPOCHS = SeededBug.of("P21", "reports of other epochs are taken")
            .in(MAINTAINER, "if (!report.epoch().equals(assignment.epoch())) { return Disposition.STALE; }", "");

    private static final SeededBug OLDER_WATERMARKS = SeededBug.of("P04", "an older watermark replaces a newer one")
            .in(
                    "Watermarks",
                    "if (held != null && !watermark.supersedes(held)) {",
                    "if (held != null && held == watermark) {");
    private static final SeededBug MISSING_STAYS = SeededBug.of(
                    "P18", "what a complete list does not name is not healed")
            .in(HEARTBEATS, "statuses.removeMissing(from, heartbeat.statuses(), nowMillis);", "");
    private static final SeededBug TABLES_END_ONCE = SeededBug.of("-", "ends of tables are told once")
            .in(
                    "HeartbeatAssembler",
                    "if (statuses.size() < STATUS_LIMIT) { statuses.add(last); }",
                    "boolean trigger = last.dispatcher().low() == 1; if (trigger) { statuses.add(last); }");
    private static final SeededBug EARLY_ENDS_FORGOTTEN = SeededBug.of(
                    "P19", "an end that comes while others are asked is forgotten")
            .in(HEARTBEATS, "return noteEnds(from, heartbeat) || news ?", "return news ?");
    /** Ends are told once, and arrive; nobody looks for others. */
    static final SeededBug NOT_MISSED = SeededBug.of("-", "ends are told once, and arrive")
            .and(MISSING_STAYS)
            .and(TABLES_END_ONCE)
            .and(WorldChanges.STATUSES_ARRIVE);

    private ProgressBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("P01b", "watermarks are stored after statuses, a turn later")
                        .in(
                                HEARTBEATS,
                                "&& watermarks.store(from, heartbeat.watermark());",
                                "&& storeLater(from, heartbeat.watermark());")
                        .in(HEARTBEATS, "private boolean isRemoving() {", """
                                private final java.util.Map<NodeId, dev.maintainer.api.model.Watermark> late =
                                        new java.util.TreeMap<>();

                                private boolean storeLater(NodeId from, dev.maintainer.api.model.Watermark watermark) {
                                    dev.maintainer.api.model.Watermark before = late.put(from, watermark);
                                    return before != null && watermarks.store(from, before);
                                }

                                private boolean isRemoving() {""")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                SeededBug.of("P02b", "floors are read after watermarks, a turn later")
                        .in(
                                CALCULATOR,
                                "if (!watermarks.missing().isEmpty()) {",
                                "boolean missed = missing; missing = !watermarks.missing().isEmpty(); if (missed) {")
                        .in(
                                CALCULATOR,
                                "long checkpoint = watermarks.minCheckpointTs(floor);",
                                "long checkpoint = Math.min(floor, read);"
                                        + " read = watermarks.minCheckpointTs(Long.MAX_VALUE);")
                        .in(CALCULATOR, "public boolean compute(long outerCap) {", """
                                private boolean missing = true;
                                private long read;

                                public boolean compute(long outerCap) {""")
                        .caughtBy(CHECKPOINT_HONEST, REGISTRY_CONSISTENT)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                SeededBug.of("P03", "operators do not cap the checkpoint")
                        .in(CALCULATOR, "long floor = registry.minNonReplicating(cap);", "long floor = cap;")
                        .caughtBy(CHECKPOINT_HONEST, NO_GAP)
                        .first(Workload.TABLE_STORM),
                OLDER_WATERMARKS.masked("P04c", "messages from one node arrive in order"),
                SeededBug.of("P04c", "an older watermark replaces a newer one, and watermarks come again")
                        .and(OLDER_WATERMARKS)
                        .and(WorldChanges.WATERMARKS_COME_AGAIN)
                        .caughtBy(CHECKPOINT_HONEST)
                        .within(3_000)
                        .first(Workload.PLANNER_TROUBLE, Workload.STEADY, Workload.LATE_WORDS),
                SeededBug.of("P04b", "a new dispatcher does not lower a watermark")
                        .in(
                                "Watermark",
                                "return seq > held.seq ||",
                                "return (seq > held.seq && checkpointTs > held.checkpointTs) ||")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                UNANSWERED_COUNT.masked("P21b", "what a worker has said to others has another epoch"),
                SeededBug.of(
                                "P21b",
                                "reports of other epochs and of other lives of a worker are taken, and watermarks come"
                                        + " again")
                        .and(OTHER_EPOCHS)
                        .and(UNANSWERED_COUNT)
                        .and(WorldChanges.WATERMARKS_COME_MUCH_LATER)
                        .caughtBy(CHECKPOINT_HONEST, CONVERGES)
                        .first(Workload.REMOVAL),
                SeededBug.of("P06", "the committed checkpoint follows progress back")
                        .in(CALCULATOR, "if (checkpoint <= committedTs) {", "if (checkpoint == committedTs) {")
                        .in(CALCULATOR, "if (settled <= committedTs) {", "if (settled == committedTs) {")
                        .caughtBy(CHECKPOINT_MONOTONIC),
                SeededBug.of("P07", "a node without a watermark does not count")
                        .in(CALCULATOR, "if (!watermarks.missing().isEmpty()) {", "if (floor < 0) {")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.HANDOFF_STORM),
                SeededBug.of("P08", "the trigger's node need not have a watermark")
                        .in(CALCULATOR, "required.add(self);", "")
                        .caughtBy(CHECKPOINT_HONEST, Invariant.REDO_HONEST)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("P09", "drops leave no gap that the checkpoint must not stop in")
                        .in("TableChanges", "checkpoint.dropped(replica.checkpointTs(), commitTs);", "")
                        .caughtBy(CHECKPOINT_HONEST, NO_GAP)
                        .first(Workload.TABLE_STORM),
                LOST_TRIGGER.masked("P10b", "the worker holds its watermark where the trigger has ended"),
                SeededBug.of("P10b", "a lost trigger caps neither the checkpoint nor its node's watermark")
                        .and(LOST_TRIGGER)
                        .and(TRIGGER_NOT_HELD)
                        .caughtBy(CHECKPOINT_HONEST)
                        .within(3_000)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                WATERMARK_WITHOUT_TRIGGER.masked("P11b", "the worker holds its watermark where the trigger has ended"),
                SeededBug.of(
                                "P11b",
                                "a watermark without the trigger is sent, and counts after the trigger is made again")
                        .and(WATERMARK_WITHOUT_TRIGGER)
                        .and(TRIGGER_NOT_HELD)
                        .and(WorldChanges.TRIGGERS_FAIL)
                        .and(WorldChanges.STATUSES_ARRIVE)
                        .caughtBy(CHECKPOINT_HONEST, NO_GAP, Invariant.REDO_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                NOT_HELD.masked(
                        "R23b",
                        "the heartbeat that would carry the watermark past it repeats the last word, which caps the"
                                + " checkpoint"),
                SeededBug.of("P12", "a lost trigger is not made again")
                        .in("TriggerStarter", "makeAgain(nowMillis); return;", "return;")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("P13", "a dispatcher starts where its new node is, not where it was")
                        .in(
                                "CheckpointCalculator",
                                "public long committedTs() {",
                                "public Watermarks watermarks() { return watermarks; } public long committedTs() {")
                        .in(
                                "OperatorCommands",
                                "long startTs = Math.max(span.checkpointTs(), checkpoint.committedTs());",
                                "dev.maintainer.api.model.Watermark there = checkpoint.watermarks().of(command.node());"
                                        + " long startTs = Math.max(span.checkpointTs(),"
                                        + " there == null ? checkpoint.committedTs() : there.checkpointTs());")
                        .caughtBy(NO_GAP, CHECKPOINT_HONEST)
                        .first(Workload.SWARM),
                SeededBug.of("P14", "ends by themselves are not answered")
                        .in("StatusReconciler", "adoption.sendRemove(from, id);", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("P15", "a failed create is not removed before the span is placed again")
                        .in(
                                "StatusReconciler",
                                "if (absent && !operators.isInFlight(id)) {",
                                "if (absent && nowMillis < 0) {")
                        .caughtBy(NO_BUSY_LOOP, CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("P16", "spans whose dispatchers have ended are not healed")
                        .in(
                                "StatusReconciler",
                                "if (ended && lifecycle.allows(LifecycleAction.SELF_HEAL)) {",
                                "if (ended && trigger.checkpointTs() < 0) {")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("P17", "a status heals a span that is bound to another node")
                        .in(
                                "StatusReconciler",
                                "boolean bound = replica != null && from.equals(replica.node());",
                                "boolean bound = replica != null && replica.node() != null;")
                        .in(
                                "StatusReconciler",
                                "&& from.equals(replica.node()) // An operator",
                                "&& replica.node() != null // An operator")
                        .caughtBy(ONE_WRITER, CONVERGES)
                        .within(3_000)
                        .first(Workload.FLAPPING, Workload.SWARM),
                MISSING_STAYS.masked("P18b", "workers repeat the word of an end until it is answered"),
                SeededBug.of(
                                "P18b",
                                "what a complete list does not name is not healed, and ends of tables are told once")
                        .and(MISSING_STAYS)
                        .and(TABLES_END_ONCE)
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                EARLY_ENDS_FORGOTTEN.masked(
                        "P19b", "workers repeat the word of an end until it is answered, and complete lists tell"),
                SeededBug.of(
                                "P19b",
                                "an end that comes while others are asked is forgotten, is told once, and is not missed"
                                        + " in a complete list")
                        .and(EARLY_ENDS_FORGOTTEN)
                        .and(NOT_MISSED)
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM, Workload.HANDOFF_STORM),
                SeededBug.of("P22", "a node that gets its first span need not have a watermark")
                        .in("SpanRegistry", "bound.put(node, spans); boundNodesVersion++;", "bound.put(node, spans);")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.HANDOFF_STORM),
                SeededBug.of("P23", "a node that has lost its last span holds the checkpoint")
                        .in("SpanRegistry", "bound.remove(node); boundNodesVersion++;", "bound.remove(node);")
                        .caughtBy(REGISTRY_CONSISTENT, CONVERGES)
                        .first(Workload.SWARM),
                SeededBug.of("P24", "the checkpoint is computed at ticks only")
                        .in(
                                MAINTAINER,
                                "checkpoint.compute(nowMillis);",
                                "if (tick) { checkpoint.compute(nowMillis); }")
                        .caughtBy(REGISTRY_CONSISTENT),
                OTHER_EPOCHS.masked(
                        "P21b",
                        "they arrive before the answer to the bootstrap, until all have answered nothing is stored, and"
                                + " workers count their lives"));
    }
}
