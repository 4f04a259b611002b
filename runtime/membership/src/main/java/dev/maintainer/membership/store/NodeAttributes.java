package dev.maintainer.membership.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What others need to know of a node.
 *
 * @param address where its peers reach it, as {@code HOST:PORT}
 * @param minProtocol the oldest protocol that it speaks; at least 1
 * @param maxProtocol the newest one; at least {@code minProtocol}
 * @param labels such as its zone
 */
public record NodeAttributes(String address, int minProtocol, int maxProtocol, SortedMap<String, String> labels) {
    /**
     * Copies the labels.
     *
     * @param address where its peers reach it
     * @param minProtocol the oldest protocol that it speaks
     * @param maxProtocol the newest one
     * @param labels such as its zone
     * @throws IllegalArgumentException if the range is empty
     */
    public NodeAttributes {
        if (minProtocol < 1 || maxProtocol < minProtocol) {
            throw new IllegalArgumentException("protocols " + minProtocol + " to " + maxProtocol);
        }
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /**
     * {@return whether the node speaks a protocol}
     *
     * @param protocol which one
     */
    public boolean speaks(int protocol) {
        return minProtocol <= protocol && protocol <= maxProtocol;
    }
}
