package dev.maintainer.core.checkpoint;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.Watermark;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The latest watermark of each node. */
public final class Watermarks {
    private final TreeMap<NodeId, Watermark> byNode = new TreeMap<>();

    /** Stores a watermark unless the held one is newer; see {@link Watermark#supersedes}. */
    public boolean store(NodeId node, Watermark watermark) {
        Watermark held = byNode.get(node);
        if (held != null && !watermark.supersedes(held)) {
            return false;
        }
        byNode.put(node, watermark);
        return true;
    }

    /** Forgets a node that has left. */
    public void forget(NodeId node) {
        byNode.remove(node);
    }

    /** The watermark of a node; null if it has sent none. */
    public @Nullable Watermark of(NodeId node) {
        return byNode.get(node);
    }
}
