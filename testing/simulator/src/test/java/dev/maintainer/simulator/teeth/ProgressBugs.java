package dev.maintainer.simulator.teeth;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_MONOTONIC;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.NO_BUSY_LOOP;
import static dev.maintainer.simulator.invariant.Invariant.NO_GAP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;

import dev.maintainer.simulator.incident.Workload;
import java.util.List;

/** Checkpoints, watermarks and the statuses of dispatchers. */
final class ProgressBugs {
    private static final String HEARTBEATS = "changefeed.HeartbeatReconciler";
    private static final String CALCULATOR = "checkpoint.CheckpointCalculator";
    private static final String MAINTAINER = "changefeed.Maintainer";

    private static final PlantedBug UNANSWERED_COUNT = PlantedBug.of(
                    "P05", "heartbeats of workers that have not answered" + " the bootstrap are taken")
            .in(
                    Module.CORE,
                    HEARTBEATS,
                    "if (storesProgress && !pipeline.members.isCurrent(from, heartbeat.incarnation())) {",
                    "if (storesProgress && nowMillis < 0) {");
    private static final PlantedBug LOST_TRIGGER = PlantedBug.of("P10", "a lost trigger does not cap the checkpoint")
            .in(
                    Module.CORE,
                    MAINTAINER,
                    "pipeline.trigger.isLost() ? pipeline.trigger.checkpointTs() : Long.MAX_VALUE",
                    "Long.MAX_VALUE");
    private static final PlantedBug WATERMARK_WITHOUT_TRIGGER = PlantedBug.of(
                    "P11", "a watermark without the trigger" + " counts after the trigger is made again")
            .in(Module.CORE, "changefeed.Bootstrap", "pipeline.watermarks.forget(pipeline.self);", "");
    private static final PlantedBug NOT_HELD = PlantedBug.of("W05c", "what has ended does not hold the watermark")
            .in(Module.WORKER, "HeartbeatAssembler", "watermark.include(last.checkpointTs());", "");
    private static final PlantedBug TRIGGER_NOT_HELD = PlantedBug.of(
                    "W05e", "a trigger that has ended does not hold the" + " watermark")
            .in(
                    Module.WORKER,
                    "ChangefeedWorker",
                    "if (!hosted.isClosing()) { mourned",
                    "if (!hosted.isClosing() && !dispatchers.isTrigger(hosted.id())) { mourned");
    private static final PlantedBug OTHER_EPOCHS = PlantedBug.of("P21", "reports of other epochs are taken")
            .in(
                    Module.CORE,
                    MAINTAINER,
                    "if (!report.epoch().equals(pipeline.epoch)) { return Disposition.STALE; }",
                    "");

    private ProgressBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of("P01", "watermarks are stored after statuses, in the same turn")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "boolean advanced = storesProgress && heartbeat.watermark() != null"
                                        + " && pipeline.watermarks.store(from, heartbeat.watermark());",
                                "boolean advanced = false;")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "if (heartbeat.complete() && pipeline",
                                "if (heartbeat.watermark() != null) {"
                                        + " advanced = pipeline.watermarks.store(from, heartbeat.watermark()); }"
                                        + " if (heartbeat.complete() && pipeline")
                        .notReached("the checkpoint is computed between inputs, never within one"),
                PlantedBug.of("P01b", "watermarks are stored after statuses, a turn later")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "&& pipeline.watermarks.store(from, heartbeat.watermark());",
                                "&& storeLater(from, heartbeat.watermark());")
                        .in(Module.CORE, HEARTBEATS, "private boolean isRemoving() {", """
                                private final java.util.Map<NodeId, dev.maintainer.api.model.Watermark> late =
                                        new java.util.TreeMap<>();

                                private boolean storeLater(NodeId from, dev.maintainer.api.model.Watermark watermark) {
                                    dev.maintainer.api.model.Watermark before = late.put(from, watermark);
                                    return before != null && pipeline.watermarks.store(from, before);
                                }

                                private boolean isRemoving() {""")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                PlantedBug.of("P02", "floors are read after watermarks, in the same turn")
                        .in(Module.CORE, CALCULATOR, "long checkpoint = floor;", "long checkpoint = cap;")
                        .in(
                                Module.CORE,
                                CALCULATOR,
                                "if (checkpoint == Long.MAX_VALUE) { return false; }",
                                "checkpoint = Math.min(checkpoint, registry.minNonReplicating(cap));"
                                        + " if (checkpoint == Long.MAX_VALUE) { return false; }")
                        .notReached("nothing happens between the two: one computation is one turn"),
                PlantedBug.of("P02b", "floors are read after watermarks, a turn later")
                        .in(
                                Module.CORE,
                                CALCULATOR,
                                "Watermark watermark = watermarks.of(node);",
                                "Watermark watermark = read.get(node);")
                        .in(Module.CORE, CALCULATOR, "public boolean compute(long outerCap) {", """
                                private final java.util.Map<NodeId, Watermark> read = new java.util.TreeMap<>();

                                public boolean compute(long outerCap) {
                                    boolean risen = computeFromRead(outerCap);
                                    read.clear();
                                    List<NodeId> nodes = new ArrayList<>(registry.boundByNode().keySet());
                                    nodes.add(self);
                                    for (NodeId node : nodes) {
                                        Watermark watermark = watermarks.of(node);
                                        if (watermark != null) {
                                            read.put(node, watermark);
                                        }
                                    }
                                    return risen;
                                }

                                private boolean computeFromRead(long outerCap) {""")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                PlantedBug.of("P03", "operators do not cap the checkpoint")
                        .in(
                                Module.CORE,
                                CALCULATOR,
                                "long floor = registry.minNonReplicating(cap);",
                                "long floor = cap;")
                        .caughtBy(CHECKPOINT_HONEST, NO_GAP)
                        .first(Workload.TABLE_STORM),
                PlantedBug.of("P04", "an older watermark replaces a newer one")
                        .in(
                                Module.CORE,
                                "checkpoint.Watermarks",
                                "if (held != null && !watermark.supersedes(held)) {",
                                "if (held != null && held == watermark) {")
                        .notReached(
                                "messages from one node arrive in order, and the committed checkpoint does not go back"),
                PlantedBug.of("P04b", "a new dispatcher does not lower a watermark")
                        .in(
                                Module.API,
                                "model.Watermark",
                                "return seq > held.seq ||",
                                "return (seq > held.seq && checkpointTs > held.checkpointTs) ||")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                UNANSWERED_COUNT.notReached(
                        "a worker that has accepted an owner tells it of itself before anything else"),
                PlantedBug.of("P06", "the committed checkpoint follows progress back")
                        .in(Module.CORE, CALCULATOR, "if (settled <= committedTs) {", "if (settled == committedTs) {")
                        .caughtBy(CHECKPOINT_MONOTONIC),
                PlantedBug.of("P07", "a node without a watermark does not count")
                        .in(
                                Module.CORE,
                                CALCULATOR,
                                "heldBy = new Holder(Holder.Kind.MISSING_WATERMARK, node); return false;",
                                "continue;")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.HANDOFF_STORM),
                PlantedBug.of("P08", "the trigger's node need not have a watermark")
                        .in(Module.CORE, CALCULATOR, "required.add(self);", "")
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.TABLE_STORM),
                PlantedBug.of("P09", "drops leave no gap that the checkpoint must not stop in")
                        .in(
                                Module.CORE,
                                "changefeed.TableChanges",
                                "pipeline.checkpoint.dropped(replica.checkpointTs(), commitTs);",
                                "")
                        .caughtBy(CHECKPOINT_HONEST, NO_GAP)
                        .first(Workload.TABLE_STORM),
                LOST_TRIGGER.notReached("the worker holds its watermark where the trigger has ended"),
                PlantedBug.of("P10b", "a lost trigger caps neither the checkpoint nor its node's watermark")
                        .and(LOST_TRIGGER)
                        .and(TRIGGER_NOT_HELD)
                        .caughtBy(CHECKPOINT_HONEST)
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                WATERMARK_WITHOUT_TRIGGER.notReached("the worker holds its watermark where the trigger has ended"),
                PlantedBug.of(
                                "P11b",
                                "a watermark without the trigger is sent, and counts after the trigger is made again")
                        .and(WATERMARK_WITHOUT_TRIGGER)
                        .and(TRIGGER_NOT_HELD)
                        .notReached("not reached in 300 worlds; it was found in others")
                        .first(Workload.SWARM, Workload.TABLE_STORM),
                NOT_HELD.notReached(
                        "the heartbeat that would carry the watermark past it repeats the last word, which caps the checkpoint"),
                PlantedBug.of("P12", "a lost trigger is not made again")
                        .in(Module.CORE, "changefeed.Bootstrap", "makeTriggerAgain(nowMillis); return;", "return;")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("P13", "a dispatcher starts where its new node is, not where it was")
                        .in(
                                Module.CORE,
                                "changefeed.Pipeline",
                                "long startTs = Math.max(replica.checkpointTs(), checkpoint.committedTs());",
                                "dev.maintainer.api.model.Watermark there = watermarks.of(command.node());"
                                        + " long startTs = Math.max(replica.checkpointTs(),"
                                        + " there == null ? checkpoint.committedTs() : there.checkpointTs());")
                        .caughtBy(NO_GAP, CHECKPOINT_HONEST)
                        .first(Workload.SWARM),
                PlantedBug.of("P14", "ends by themselves are not answered")
                        .in(Module.CORE, HEARTBEATS, "pipeline.sendRemove(LifecycleAction.SELF_HEAL, from, id);", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("P15", "a failed create is not removed before the span is placed again")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "if (bound && pipeline.registry.isAbsent(id) && !pipeline.operators.isInFlight(id)) {",
                                "if (bound && nowMillis < 0) {")
                        .caughtBy(NO_BUSY_LOOP, CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("P16", "spans whose dispatchers have ended are not healed")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "if (ended && !isRemoving()) {",
                                "if (ended && nowMillisOf() < 0) {")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "private boolean isRemoving() {",
                                "private long nowMillisOf() { return 1; } private boolean isRemoving() {")
                        .caughtBy(CONVERGES)
                        .first(Workload.SWARM),
                PlantedBug.of("P17", "a status heals a span that is bound to another node")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "boolean bound = replica != null && from.equals(replica.node());",
                                "boolean bound = replica != null && replica.node() != null;")
                        .in(
                                Module.CORE,
                                HEARTBEATS,
                                "&& from.equals(replica.node()) // An operator",
                                "&& replica.node() != null // An operator")
                        .caughtBy(ONE_WRITER, CONVERGES)
                        .first(Workload.FLAPPING, Workload.SWARM),
                PlantedBug.of("P18", "what a complete list does not name is not healed")
                        .in(Module.CORE, HEARTBEATS, "removeMissing(from, heartbeat.statuses(), nowMillis);", "")
                        .notReached("workers repeat the word of an end until it is answered"),
                PlantedBug.of("P18b", "what a complete list does not name is not healed, and ends are told once")
                        .in(Module.CORE, HEARTBEATS, "removeMissing(from, heartbeat.statuses(), nowMillis);", "")
                        .in(Module.WORKER, "ChangefeedWorker", "mourned.put(hosted.id(), last);", "")
                        .caughtBy(CONVERGES, CHECKPOINT_HONEST)
                        .first(Workload.SWARM),
                PlantedBug.of("P19", "an end that comes while others are asked is forgotten")
                        .in(Module.CORE, HEARTBEATS, "return noteEnds(from, heartbeat) || news ?", "return news ?")
                        .notReached("workers repeat the word of an end until it is answered, and complete lists tell"),
                OTHER_EPOCHS.notReached(
                        "they arrive before the answer to the bootstrap, and until all have answered nothing is"
                                + " stored"));
    }
}
