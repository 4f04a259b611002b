package com.example.ring;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SortedSet;

/** What runs on a node and may move, group by group. Lazy: a stream with {@code flatMap} would read whole groups. */
final class RunningSpans implements Iterator<SpanView> {
    private final SchedulingSnapshot snapshot;
    private final NodeId node;
    private final SortedSet<DispatcherId> refused;
    private final Iterator<GroupId> groups;
    private Iterator<SpanView> spans = Collections.emptyIterator();
    private SpanView next;

    /** Leaves out what was refused in the last round: its turn is in the next. */
    RunningSpans(SchedulingSnapshot snapshot, NodeId node, SortedSet<DispatcherId> refused) {
        this.snapshot = snapshot;
        this.node = node;
        this.refused = refused;
        this.groups = snapshot.groups().iterator();
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            if (spans.hasNext()) {
                SpanView span = spans.next();
                next = refused.contains(span.dispatcher()) ? null : span;
            } else if (groups.hasNext()) {
                spans = snapshot.replicating(groups.next(), node).iterator();
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public SpanView next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more spans on " + node);
        }
        SpanView span = next;
        next = null;
        return span;
    }
}
