package dev.maintainer.simulator.world;

import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One block event in a world of its own, in which somebody dies when a message about it is about to leave. */
final class CrashedBarrier {
    /** Which event. */
    enum Kind {
        RENAME_TABLE,
        DROP_SCHEMA,
        SYNC_POINT
    }

    /** A message about it. */
    enum Step {
        ONE_WAITS("collecting: a participant's waiting leaves its node"),
        TRIGGER_WAITS("collecting: the trigger's waiting leaves its node"),
        WRITE("writing: the order to write leaves the owner"),
        WRITTEN("writing: the trigger's word that it has written leaves its node"),
        PASS("passing: the order to go on leaves the owner"),
        ONE_PASSED("passing: a participant's word that it has gone on leaves its node");

        final String text;

        Step(String text) {
            this.text = text;
        }
    }

    /** Who dies. The writer is the DDL trigger dispatcher; it lives on the owner's node, and can fail alone. */
    enum Victim {
        NOBODY,
        OWNER,
        WRITER,
        PARTICIPANT,
        COORDINATOR
    }

    private final Kind kind;
    private final Step step;
    private final Victim victim;
    private final CrashWorld world;
    private final NodeId owner;
    private NodeId participant;
    private @Nullable BlockKey event;
    private boolean dead;

    CrashedBarrier(Kind kind, Step step, Victim victim, long seed) {
        this.kind = kind;
        this.step = step;
        this.victim = victim;
        this.world = new CrashWorld(seed, this.toString());
        world.settle("at the beginning");
        this.owner = world.cluster.owner(world.changefeed).id();
        this.participant = owner;
    }

    /** How often it was executed when all is at rest again, and everybody is past it. */
    String outcome() {
        Upstream upstream = world.changefeed.upstream();
        // Somebody who takes part runs away from the owner.
        TableId table = upstream.liveTables().stream()
                .filter(each -> !nodeOf(each).equals(owner))
                .findFirst()
                .orElseThrow();
        participant = nodeOf(table);
        world.cluster.crashes().watch(this::leaves);
        long ts = world.timeline.now();
        event = new BlockKey(ts, kind == Kind.SYNC_POINT ? BlockKind.SYNC_POINT : BlockKind.DDL);
        switch (kind) {
            case RENAME_TABLE -> upstream.renameTable(table, new SchemaId(77));
            case DROP_SCHEMA -> upstream.dropSchema(Objects.requireNonNull(upstream.schemaBefore(table, ts)));
            case SYNC_POINT -> upstream.blocks().syncPoint(ts);
        }
        world.timeline.runUntil(ts + 3_000);
        world.settle("after the event");
        int times = world.changefeed.sink().events().executions(event);
        if (times == 0) {
            throw new AssertionError(this + ": it was never executed");
        }
        String how = times == 1 ? "once" : "again, " + times + " times in all";
        return dead || victim == Victim.NOBODY ? how : "-";
    }

    private NodeId nodeOf(TableId table) {
        return world.changefeed.sink().of(table).get(0).node().id();
    }

    private boolean leaves(NodeId from, NodeId to, Message message) {
        if (dead || victim == Victim.NOBODY || !is(from, to, message)) {
            return true;
        }
        dead = true;
        world.timeline.in(0, this::die);
        return switch (victim) {
            case OWNER -> !from.equals(owner);
            case PARTICIPANT -> !from.equals(participant);
            case NOBODY, WRITER, COORDINATOR -> true;
        };
    }

    private boolean is(NodeId from, NodeId to, Message message) {
        return switch (step) {
            case ONE_WAITS -> from.equals(participant) && says(message, BlockStage.WAITING, false);
            case TRIGGER_WAITS -> says(message, BlockStage.WAITING, true);
            case WRITE -> tells(message, BarrierAction.WRITE);
            case WRITTEN -> says(message, BlockStage.DONE, true);
            case PASS -> to.equals(participant) && tells(message, BarrierAction.PASS);
            case ONE_PASSED -> from.equals(participant) && says(message, BlockStage.DONE, false);
        };
    }

    private boolean tells(Message message, BarrierAction action) {
        return message instanceof WorkerCommand.ResolveBarrier resolve
                && resolve.event().equals(event)
                && resolve.action() == action;
    }

    private boolean says(Message message, BlockStage stage, boolean ofTrigger) {
        return message instanceof WorkerReport.BarrierReport report
                && report.progress().stream()
                        .filter(progress -> progress.event().key().equals(event) && progress.stage() == stage)
                        .anyMatch(progress -> names(progress, ofTrigger));
    }

    private boolean names(BarrierProgress progress, boolean ofTrigger) {
        DispatcherId trigger = world.cluster
                .owner(world.changefeed)
                .trigger(world.changefeed.id())
                .id();
        return ofTrigger
                ? progress.dispatchers().contains(trigger)
                : progress.dispatchers().stream().anyMatch(each -> !each.equals(trigger));
    }

    private void die() {
        switch (victim) {
            case OWNER -> kill(owner);
            case PARTICIPANT -> kill(participant);
            case COORDINATOR -> world.cluster.coordinatorDies(world.cluster.leader(), "at a step of a barrier", 500);
            case WRITER ->
                world.cluster
                        .owner(world.changefeed)
                        .trigger(world.changefeed.id())
                        .fail();
            case NOBODY -> throw new AssertionError("nobody dies");
        }
    }

    private void kill(NodeId dies) {
        world.cluster.all().stream().filter(node -> node.id().equals(dies)).forEach(world.cluster::kill);
    }

    @Override
    public String toString() {
        return kind + ", " + step + ", " + victim + " dies";
    }
}
