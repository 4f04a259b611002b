package dev.maintainer.replication.stream;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What each node has written to the sink, replays included. Thread-safe. */
public final class WrittenWork {
    /** The work of one node so far. */
    public static final class OfNode {
        private final LongAdder rows = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        /** It has written nothing. */
        public OfNode() {}

        /** The node has written these. */
        public void add(List<RowEvent> written) {
            rows.add(written.size());
            bytes.add(written.stream().mapToLong(RowEvent::size).sum());
        }
    }

    /**
     * How much a node has written.
     *
     * @param bytes of keys and rows
     */
    public record Sum(long rows, long bytes) {}

    private final ConcurrentSkipListMap<NodeId, OfNode> nodes = new ConcurrentSkipListMap<>();

    /** Nobody has written anything. */
    public WrittenWork() {}

    /** The work of a node. */
    public OfNode of(NodeId node) {
        return nodes.computeIfAbsent(node, id -> new OfNode());
    }

    /** What all nodes have written so far. */
    public SortedMap<NodeId, Sum> sums() {
        SortedMap<NodeId, Sum> sums = new TreeMap<>();
        nodes.forEach((node, work) -> sums.put(node, new Sum(work.rows.sum(), work.bytes.sum())));
        return sums;
    }
}
