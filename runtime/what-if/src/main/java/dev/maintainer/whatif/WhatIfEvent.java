package dev.maintainer.whatif;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.core.scheduling.planner.NodeLabels;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that happens to a cluster before a scheduler is asked. */
public sealed interface WhatIfEvent {
    /** How events are written: nothing in them means anything to a shell. */
    String SYNTAX = "node-join=ID[:LABEL=VALUE...], node-leave=ID, node-drain=ID, table-add=COUNT, table-drop=TABLE_ID";

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

    /**
     * Tables are created; each has one absent span.
     *
     * @param count from 1 to a million
     */
    record TablesAdded(int count) implements WhatIfEvent {}

    /** A table is dropped, with all its spans. */
    record TableDropped(TableId table) implements WhatIfEvent {}

    /**
     * An event as it is written.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}; the message has the syntax
     */
    static WhatIfEvent parse(String text) throws MaintainerException {
        int equals = text.indexOf('=');
        String what = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? "" : text.substring(equals + 1);
        try {
            return switch (what) {
                case "node-join" -> join(value);
                case "node-leave" -> new NodeLeaves(new NodeId(value));
                case "node-drain" -> new NodeDrains(new NodeId(value));
                case "table-add" -> new TablesAdded((int) number(value, 1, 1_000_000));
                case "table-drop" -> new TableDropped(new TableId(number(value, 0, Long.MAX_VALUE)));
                default ->
                    throw new IllegalArgumentException("there is no such event"
                            + NearestName.question(
                                    what, List.of("node-join", "node-leave", "node-drain", "table-add", "table-drop")));
            };
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "event '" + text + "': " + e.getMessage() + "; events are " + SYNTAX,
                    e);
        }
    }

    /** Ids may have colons, as in {@code host:port}: labels begin at the first part with an equals sign. */
    private static NodeJoins join(String value) {
        int firstEquals = value.indexOf('=');
        int end = firstEquals < 0 ? value.length() : value.lastIndexOf(':', firstEquals);
        if (end < 0) {
            throw new IllegalArgumentException("a node id must come before '" + value + "'");
        }
        SortedMap<String, String> labels = new TreeMap<>();
        if (end < value.length()) {
            for (String label : value.substring(end + 1).split(":", -1)) {
                int equals = label.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("label '" + label + "' must look like LABEL=VALUE");
                }
                if (labels.put(label.substring(0, equals), label.substring(equals + 1)) != null) {
                    throw new IllegalArgumentException("label '" + label + "' is there twice");
                }
            }
        }
        String id = value.substring(0, end);
        NodeLabels.complaint(labels).ifPresent(complaint -> {
            throw new IllegalArgumentException("node " + id + " " + complaint);
        });
        return new NodeJoins(new NodeId(id), labels);
    }

    private static long number(String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no whole number", e);
        }
        throw new IllegalArgumentException("the number must be from " + least + " to " + most);
    }
}
