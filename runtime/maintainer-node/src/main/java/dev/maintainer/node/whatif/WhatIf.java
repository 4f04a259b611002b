package dev.maintainer.node.whatif;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.planning.PlanAnswer;
import dev.maintainer.core.planning.PlanRequest;
import dev.maintainer.core.planning.PlannerSource;
import dev.maintainer.core.planning.PlanningSession;
import dev.maintainer.core.planning.SnapshotDelta;
import dev.maintainer.node.whatif.WhatIfResult.NodeLoad;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets a scheduler plan for a cluster until it has nothing to do. Between two rounds everything that was decided has
 * happened. Plans are made, guarded, checked and cut as in production, by the same classes. Used by one thread.
 */
public final class WhatIf {
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);

    private static final class Node {
        final SortedMap<String, String> labels;
        boolean eligible;
        int load;

        Node(SortedMap<String, String> labels, boolean eligible) {
            this.labels = labels;
            this.eligible = eligible;
        }
    }

    private final ClusterPicture picture;
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final Map<DispatcherId, SpanView> spans = new LinkedHashMap<>();
    /** The sum of a number for each placement: equal states have equal sums, and others hardly ever. */
    private long fingerprint;

    /** A cluster as in a picture. */
    public WhatIf(ClusterPicture picture) {
        this.picture = picture;
        picture.nodes().forEach(node -> nodes.put(node.id(), new Node(node.labels(), node.eligible())));
        picture.spans().forEach(span -> put(span));
    }

    private void put(SpanView span) {
        SpanView before = spans.put(span.dispatcher(), span);
        if (before != null) {
            count(before, -1);
        }
        count(span, 1);
    }

    private void count(SpanView span, int sign) {
        NodeId node = span.node();
        if (node != null) {
            Node bound = nodes.get(node);
            if (bound == null) {
                throw new IllegalStateException("no node " + node);
            }
            bound.load += sign;
        }
        fingerprint += sign
                * mix(span.dispatcher().hashCode() * 31L
                        + (node == null ? 0 : node.value().hashCode()));
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static SpanView on(SpanView span, @Nullable NodeId node) {
        return new SpanView(span.dispatcher(), span.span(), span.schema(), span.group(), node);
    }

    // ---- events ------------------------------------------------------------------------------------------------

    /** Something happens. */
    public void happens(WhatIfEvent event) {
        if (event instanceof WhatIfEvent.NodeJoins joins) {
            if (nodes.putIfAbsent(joins.node(), new Node(joins.labels(), true)) != null) {
                throw bad("node " + joins.node() + " is there already");
            }
        } else if (event instanceof WhatIfEvent.NodeLeaves leaves) {
            known(leaves.node());
            List.copyOf(spans.values()).stream()
                    .filter(span -> leaves.node().equals(span.node()))
                    .forEach(span -> put(on(span, null)));
            nodes.remove(leaves.node());
        } else if (event instanceof WhatIfEvent.NodeDrains drains) {
            known(drains.node()).eligible = false;
        } else if (event instanceof WhatIfEvent.TablesAdded added) {
            add(added.count());
        } else {
            throw new IllegalStateException("unknown event " + event);
        }
    }

    private void add(int count) {
        long table = spans.values().stream()
                .mapToLong(span -> span.span().table().value())
                .max()
                .orElse(0);
        for (int i = 1; i <= count; i++) {
            TableSpan range = TableSpan.whole(new TableId(table + i));
            put(new SpanView(new DispatcherId(-1, table + i), range, new SchemaId(0), GroupId.of(range), null));
        }
    }

    private Node known(NodeId id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw bad("there is no node " + id + "; there are " + nodes.keySet());
        }
        return node;
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, message);
    }

    // ---- rounds ------------------------------------------------------------------------------------------------

    /**
     * Plans until nothing is decided any more.
     *
     * @param mostRounds gives up after so many
     */
    public WhatIfResult settle(String scheduler, PlannerSource source, int mostRounds) {
        PlanningSession session = new PlanningSession(source, System::nanoTime);
        SortedMap<NodeId, NodeLoad> before = loads();
        Map<Long, Integer> seen = new HashMap<>();
        List<Integer> movesPerRound = new ArrayList<>();
        List<Long> micros = new ArrayList<>();
        List<SnapshotDelta.Change> changed = new ArrayList<>();
        spans.values().forEach(span -> changed.add(change(span)));
        long places = 0;
        long moves = 0;
        int rounds = 0;
        String problem = null;
        String reason = "";
        boolean settled = false;
        while (problem == null && !settled) {
            Integer earlier = seen.putIfAbsent(fingerprint, rounds);
            if (earlier != null && earlier < rounds) {
                problem = "after round " + rounds + " all is where it was after round " + earlier
                        + ": it goes in a circle";
                break;
            }
            if (rounds >= mostRounds) {
                problem = "it still had decisions after " + rounds + " rounds";
                break;
            }
            PlanAnswer answer = session.plan(request(scheduler, rounds, changed));
            changed.clear();
            if (answer instanceof PlanAnswer.Planned planned) {
                micros.add(planned.micros());
                Plan plan = planned.plan();
                reason = plan.reason().code() + ": " + plan.reason().text();
                settled = plan.decisions().isEmpty();
                int moved = 0;
                for (Decision decision : plan.decisions()) {
                    moved += decision instanceof Decision.Move ? 1 : 0;
                    changed.add(change(carriedOut(decision)));
                }
                moves += moved;
                places += plan.decisions().size() - moved;
                if (!settled) {
                    rounds++;
                    movesPerRound.add(moved);
                }
            } else if (answer instanceof PlanAnswer.Failed failed) {
                problem = failed.code() + ": " + failed.message();
            } else {
                throw new IllegalStateException("a session of our own is behind: " + answer);
            }
        }
        int absent = (int)
                spans.values().stream().filter(span -> span.node() == null).count();
        return new WhatIfResult(
                scheduler,
                settled,
                problem,
                rounds,
                places,
                moves,
                movesPerRound,
                absent,
                reason,
                before,
                loads(),
                micros);
    }

    private PlanRequest request(String scheduler, int round, List<SnapshotDelta.Change> changed) {
        List<NodeView> views = new ArrayList<>();
        nodes.forEach((id, node) -> views.add(new NodeView(id, node.eligible, node.load, 0, node.labels)));
        SnapshotDelta delta = new SnapshotDelta(
                round + 1L,
                round == 0,
                picture.round() + round + 1,
                picture.seed() + round,
                views,
                changed,
                List.of(),
                List.of(),
                0);
        return new PlanRequest(new ChangefeedId(picture.changefeed()), EPOCH, scheduler, null, delta, picture.budget());
    }

    private static SnapshotDelta.Change change(SpanView span) {
        return new SnapshotDelta.Change(span, span.node() != null, false);
    }

    private SpanView carriedOut(Decision decision) {
        SpanView span = spans.get(decision.dispatcher());
        if (span == null) {
            throw new IllegalStateException("a checked plan decides on " + decision.dispatcher());
        }
        put(on(span, decision.target()));
        return on(span, decision.target());
    }

    private SortedMap<NodeId, NodeLoad> loads() {
        SortedMap<NodeId, NodeLoad> loads = new TreeMap<>();
        nodes.forEach((id, node) -> loads.put(id, new NodeLoad(node.load, node.eligible)));
        return loads;
    }
}
