package dev.maintainer.node.whatif;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that happens to a cluster before a scheduler is asked. */
public sealed interface WhatIfEvent {
    /** How events are written. */
    String SYNTAX = "node-join=ID[:LABEL=VALUE...], node-leave=ID, node-drain=ID, tables-add=COUNT";

    /** A node comes. */
    record NodeJoins(NodeId node, SortedMap<String, String> labels) implements WhatIfEvent {
        /** Copies the labels. */
        public NodeJoins {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }
    }

    /** A node is gone; its spans are absent. */
    record NodeLeaves(NodeId node) implements WhatIfEvent {}

    /** A node may get no more spans. */
    record NodeDrains(NodeId node) implements WhatIfEvent {}

    /** Tables are created; each has one absent span. */
    record TablesAdded(int count) implements WhatIfEvent {}

    /**
     * An event as it is written.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}; the message has the syntax
     */
    static WhatIfEvent parse(String text) throws MaintainerException {
        int equals = text.indexOf('=');
        String what = equals < 0 ? "" : text.substring(0, equals);
        List<String> parts = List.of(text.substring(equals + 1).split(":", -1));
        try {
            return switch (what) {
                case "node-join" -> new NodeJoins(new NodeId(parts.get(0)), labels(parts.subList(1, parts.size())));
                case "node-leave" -> new NodeLeaves(new NodeId(parts.get(0)));
                case "node-drain" -> new NodeDrains(new NodeId(parts.get(0)));
                case "tables-add" -> new TablesAdded(count(parts.get(0)));
                default -> throw new IllegalArgumentException("there is no such event");
            };
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "event '" + text + "': " + e.getMessage() + "; events are " + SYNTAX,
                    e);
        }
    }

    private static SortedMap<String, String> labels(List<String> texts) {
        SortedMap<String, String> labels = new TreeMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("label '" + text + "' must look like LABEL=VALUE");
            }
            labels.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return labels;
    }

    private static int count(String text) {
        int count = Integer.parseInt(text);
        if (count < 1 || count > 10_000_000) {
            throw new IllegalArgumentException("the count must be from 1 to 10000000");
        }
        return count;
    }
}
