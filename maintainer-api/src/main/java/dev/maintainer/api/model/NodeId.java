package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * One incarnation of a server process. A restarted process gets a new id; ids are never reused.
 *
 * @param value as it appears in logs and commands; not blank
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record NodeId(String value) implements Comparable<NodeId> {
    /**
     * Refuses the empty id: "bound to no node" is {@code null} where it is allowed, never an empty id.
     *
     * @param value not blank
     * @throws IllegalArgumentException if it is blank
     */
    public NodeId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a node id must not be blank");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
