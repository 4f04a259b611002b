package dev.maintainer.whatif;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What planners see of a changefeed at one moment, to be kept in a file. Immutable.
 *
 * <p>A span that an operator drives at that moment comes to rest where the picture has it bound: one that is being
 * placed on its new node, one that is being moved on its old one. What the operator would have done further is not
 * guessed.
 *
 * @param changefeed its name
 * @param round the last round of planning; not negative
 * @param seed of that round
 * @param madeAtMillis when the picture was made, in milliseconds since 1970 in UTC; 0 if nobody has said so
 * @param madeBy which release made it; empty if none has
 * @param budget how much a plan may start
 * @param operators how many operators were in progress; not negative. More than {@code inFlight} has where it is not
 *     known which spans they drive
 * @param nodes by id; their loads and what is in progress are counted anew
 * @param spans each once
 * @param starting dispatchers that are bound to a node and have not reported that they work, as far as it is known
 * @param inFlight dispatchers that an operator drives, as far as it is known
 */
public record ClusterSnapshot(
        String changefeed,
        long round,
        long seed,
        long madeAtMillis,
        String madeBy,
        Budget budget,
        int operators,
        List<NodeView> nodes,
        List<SpanView> spans,
        SortedSet<DispatcherId> starting,
        SortedSet<DispatcherId> inFlight) {
    /** Who makes pictures today. */
    public static final String RELEASE = "maintainer 0.1.0-SNAPSHOT";

    /** Copies the collections, and leaves out of nodes what is counted anew. */
    public ClusterSnapshot {
        if (round < 0 || madeAtMillis < 0 || operators < 0) {
            throw new IllegalArgumentException(
                    "round " + round + ", time " + madeAtMillis + " or operators " + operators + " is negative");
        }
        nodes = nodes.stream()
                .map(node -> new NodeView(node.id(), node.obstacles(), 0, 0, 0, node.labels()))
                .toList();
        spans = List.copyOf(spans);
        starting = Collections.unmodifiableSortedSet(new TreeSet<>(starting));
        inFlight = Collections.unmodifiableSortedSet(new TreeSet<>(inFlight));
    }

    /** A cluster at rest that nobody has exported. */
    public ClusterSnapshot(
            String changefeed, long round, long seed, Budget budget, List<NodeView> nodes, List<SpanView> spans) {
        this(
                changefeed,
                round,
                seed,
                0,
                "",
                budget,
                0,
                nodes,
                spans,
                Collections.emptySortedSet(),
                Collections.emptySortedSet());
    }

    /**
     * Of what planners last saw, made now by this release. It is known how many operators are in progress, and not
     * which spans they drive.
     */
    public static ClusterSnapshot of(PlanRequest request, List<SpanView> spans) {
        return new ClusterSnapshot(
                request.changefeed().name(),
                request.round(),
                request.delta().seed(),
                System.currentTimeMillis(),
                RELEASE,
                request.budget(),
                request.delta().inFlight(),
                request.delta().nodes(),
                spans,
                Collections.emptySortedSet(),
                Collections.emptySortedSet());
    }

    /** The same, where it is known which spans work and which ones operators drive. */
    public static ClusterSnapshot of(
            PlanRequest request, Collection<SnapshotDelta.Change> spans, long madeAtMillis, String madeBy) {
        List<SpanView> views = new ArrayList<>(spans.size());
        TreeSet<DispatcherId> starting = new TreeSet<>();
        TreeSet<DispatcherId> inFlight = new TreeSet<>();
        for (SnapshotDelta.Change each : spans) {
            views.add(each.span());
            if (each.span().node() != null && !each.running()) {
                starting.add(each.span().dispatcher());
            }
            if (each.inFlight()) {
                inFlight.add(each.span().dispatcher());
            }
        }
        return new ClusterSnapshot(
                request.changefeed().name(),
                request.round(),
                request.delta().seed(),
                madeAtMillis,
                madeBy,
                request.budget(),
                request.delta().inFlight(),
                request.delta().nodes(),
                views,
                starting,
                inFlight);
    }
}
