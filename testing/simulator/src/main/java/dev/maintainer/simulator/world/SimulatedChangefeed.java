package dev.maintainer.simulator.world;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.simulator.BarrierCounts;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What belongs to one changefeed: its source and sinks, what people want of it, and what its owners have done. */
final class SimulatedChangefeed {
    private final ChangefeedId id;
    private final Timeline timeline;
    private final Upstream upstream;
    private final Downstream sink;
    private final Downstream redoLog;
    private final boolean redo;
    private final RedoPromises promises;
    private final DurableMetadata store;
    private final ConductCheck conduct;
    private boolean wanted = true;
    private boolean paused;
    private int resumes;

    /** One that is wanted; {@code draining} says whether a node is being emptied. */
    SimulatedChangefeed(
            ChangefeedId id,
            Timeline timeline,
            Upstream upstream,
            boolean redo,
            boolean readsLogs,
            DurableMetadata store,
            BooleanSupplier draining) {
        this.id = id;
        this.timeline = timeline;
        this.upstream = upstream;
        this.redo = redo;
        RowHistory rows = readsLogs ? new RowHistory(upstream, 0) : null;
        this.redoLog = new Downstream(timeline, upstream, id.in(ReplicationMode.REDO), rows);
        this.sink = new Downstream(timeline, upstream, id, rows);
        this.promises = new RedoPromises(sink, redoLog);
        if (redo) {
            sink.writeBehind(promises);
        }
        this.store = store;
        this.conduct = new ConductCheck(timeline, sink, redo, store, draining);
    }

    ChangefeedId id() {
        return id;
    }

    Upstream upstream() {
        return upstream;
    }

    Downstream sink() {
        return sink;
    }

    /** Where a pipeline replicates to. */
    Downstream sinkOf(ChangefeedId pipeline) {
        return pipeline.isRedo() ? redoLog : sink;
    }

    /** The sink and, if one is kept, the redo log. */
    List<Downstream> sinks() {
        return redo ? List.of(sink, redoLog) : List.of(sink);
    }

    boolean keepsRedo() {
        return redo;
    }

    RedoPromises promises() {
        return promises;
    }

    ConductCheck conduct() {
        return conduct;
    }

    /** What became of its block events. */
    BarrierCounts barriers() {
        return new BarrierCounts(
                sink.events().executedEvents(),
                sink.events().executedAgain(),
                sink.events().refusals(),
                conduct.handoffsAmid(BarrierPhase.COLLECTING),
                conduct.handoffsAmid(BarrierPhase.WRITING),
                conduct.handoffsAmid(BarrierPhase.REFUSED),
                conduct.handoffsAmid(BarrierPhase.PASSING));
    }

    /** What is durable of it. */
    Optional<ChangefeedMetadata> metadata() {
        return store.read(id);
    }

    /** The sync points that dispatchers still have to come to: of one that was created anew, all that there ever were. */
    long syncPointsAhead() {
        long checkpointTs = metadata().map(ChangefeedMetadata::checkpointTs).orElse(upstream.beginning());
        return upstream.blocks().syncPoints(Math.min(checkpointTs, timeline.now()), timeline.now());
    }

    /** All dispatchers of tables that may write. */
    List<SimulatedDispatcher> writers() {
        return sinks().stream()
                .flatMap(each -> each.written().stream().flatMap(table -> each.of(table).stream()))
                .toList();
    }

    // ---- what people want -------------------------------------------------------------------------------------------

    /** From now on it is not wanted any more. */
    void remove() {
        timeline.tell(() -> "somebody removes changefeed " + id);
        wanted = false;
    }

    /** It is wanted again. */
    void create() {
        timeline.tell(() -> "somebody creates changefeed " + id + " again");
        wanted = true;
    }

    /** From now on it shall stand still, or go on. */
    void pause(boolean still) {
        timeline.tell(() -> "somebody " + (still ? "pauses" : "resumes") + " changefeed " + id);
        paused = still;
    }

    /** It goes on after a while. */
    void resumeIn(long millis) {
        resumes++;
        timeline.in(millis, () -> {
            resumes--;
            pause(false);
        });
    }

    boolean isWanted() {
        return wanted;
    }

    boolean isPaused() {
        return paused;
    }

    boolean willBeResumed() {
        return resumes > 0;
    }

    // ---- what must hold ---------------------------------------------------------------------------------------------

    /** The metadata are about to become durable. */
    void checkStored(ChangefeedMetadata metadata) {
        sink.checkPromise(metadata.checkpointTs(), "the metadata store");
    }

    /** The metadata are about to be deleted: nothing runs any more. */
    void checkDeleted() {
        conduct.deleted();
        promises.forget();
        for (SimulatedDispatcher dispatcher : writers()) {
            if (dispatcher.node().isMember() && dispatcher.node().isUp()) {
                throw new Violation(
                        Invariant.DELETED_LAST, "the metadata are deleted, and " + dispatcher + " still runs");
            }
        }
    }
}
