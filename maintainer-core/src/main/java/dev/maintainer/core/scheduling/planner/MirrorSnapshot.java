package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.operator.IntrusiveList;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The mirror as a planner sees it: a window for one call, which nobody can look through afterwards. */
final class MirrorSnapshot implements SchedulingSnapshot {
    private final ChangefeedId changefeed;
    private final SnapshotDelta last;
    private final SpanStatistics statistics;
    private volatile @Nullable SpanMirror mirror;

    MirrorSnapshot(SpanMirror mirror, ChangefeedId changefeed, SnapshotDelta last, SpanStatistics statistics) {
        this.changefeed = changefeed;
        this.statistics = statistics;
        this.mirror = mirror;
        this.last = last;
    }

    /** The call is over: whoever kept the snapshot finds out. */
    void expire() {
        mirror = null;
    }

    private SnapshotDelta last() {
        mirror();
        return last;
    }

    private SpanMirror mirror() {
        SpanMirror open = mirror;
        if (open == null) {
            throw new IllegalStateException(
                    "the snapshot of round " + last.round() + " was kept; it is valid during the call only");
        }
        return open;
    }

    @Override
    public long round() {
        return last().round();
    }

    @Override
    public long seed() {
        return last().seed();
    }

    @Override
    public boolean isRebalanceSuspended() {
        return last().calm();
    }

    @Override
    public List<NodeView> nodes() {
        return last().nodes();
    }

    @Override
    public List<GroupId> groups() {
        return List.copyOf(mirror().groups().keySet());
    }

    @Override
    public int size(GroupId group) {
        SpanMirror.Group known = mirror().group(group);
        return known == null ? 0 : known.size;
    }

    @Override
    public int absentCount(GroupId group) {
        SpanMirror.Group known = mirror().group(group);
        return known == null ? 0 : known.absent.size();
    }

    @Override
    public Iterable<SpanView> absent(GroupId group) {
        SpanMirror.Group known = mirror().group(group);
        return whileOpen(known == null ? List.of() : free(known.absent));
    }

    @Override
    public int schedulingCount(GroupId group, NodeId node) {
        SpanMirror.OnNode onNode = on(group, node);
        return onNode == null ? 0 : onNode.scheduling.size();
    }

    @Override
    public int replicatingCount(GroupId group, NodeId node) {
        SpanMirror.OnNode onNode = on(group, node);
        return onNode == null ? 0 : onNode.running.size();
    }

    @Override
    public Iterable<SpanView> replicating(GroupId group, NodeId node) {
        SpanMirror.OnNode onNode = on(group, node);
        return whileOpen(onNode == null ? List.of() : free(onNode.running));
    }

    private SpanMirror.@Nullable OnNode on(GroupId group, NodeId node) {
        SpanMirror.Group known = mirror().group(group);
        return known == null ? null : known.nodes.get(node);
    }

    @Override
    public Optional<SpanView> span(DispatcherId dispatcher) {
        return Optional.ofNullable(mirror().get(dispatcher)).map(SpanMirror.Entry::view);
    }

    @Override
    public boolean isInFlight(DispatcherId dispatcher) {
        SpanMirror.Entry entry = mirror().get(dispatcher);
        return entry != null && entry.inFlight;
    }

    @Override
    public SpanLoad load(DispatcherId dispatcher) {
        SpanMirror.Entry entry = mirror().get(dispatcher);
        return entry == null ? SpanLoad.UNKNOWN : statistics.load(changefeed, entry.span);
    }

    @Override
    public List<SpanBound> cuts(DispatcherId dispatcher, int parts) {
        SpanMirror.Entry entry = mirror().get(dispatcher);
        return entry == null || parts < 2 ? List.of() : statistics.cuts(changefeed, entry.span, parts);
    }

    @Override
    public int inFlightCount() {
        return last().inFlight();
    }

    @Override
    public List<RefusedDecision> refused() {
        return last().refused();
    }

    @Override
    public Iterable<String> schemaNames() {
        return whileOpen(mirror().tables().schemaNames());
    }

    @Override
    public Iterable<TableView> tables(String schemaName, String prefix) {
        return whileOpen(mirror().tables().tables(schemaName, prefix));
    }

    @Override
    public Iterable<SpanView> spans(TableId table) {
        return whileOpen(mirror().tables().spans(table));
    }

    /** The same elements, as long as the call lasts: what was begun during it cannot be gone on with afterwards. */
    private <T> Iterable<T> whileOpen(Iterable<T> elements) {
        return () -> {
            mirror();
            Iterator<T> source = elements.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    mirror();
                    return source.hasNext();
                }

                @Override
                public T next() {
                    mirror();
                    return source.next();
                }
            };
        };
    }

    /** Those that no operator drives, as they are read. */
    private static Iterable<SpanView> free(IntrusiveList<SpanMirror.Entry> entries) {
        return () -> new Iterator<>() {
            private final Iterator<SpanMirror.Entry> source = entries.iterator();
            private @Nullable SpanView upcoming = advance();

            private @Nullable SpanView advance() {
                while (source.hasNext()) {
                    SpanMirror.Entry candidate = source.next();
                    if (!candidate.inFlight) {
                        return candidate.view();
                    }
                }
                return null;
            }

            @Override
            public boolean hasNext() {
                return upcoming != null;
            }

            @Override
            public SpanView next() {
                SpanView span = upcoming;
                if (span == null) {
                    throw new NoSuchElementException();
                }
                upcoming = advance();
                return span;
            }
        };
    }
}
