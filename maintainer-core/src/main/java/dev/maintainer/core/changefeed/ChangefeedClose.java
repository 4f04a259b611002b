package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.membership.Members;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a removal closes that is no handoff: the changefeed on all nodes that live, those included that come meanwhile. */
final class ChangefeedClose {
    private static final long FIRST_RETRY_MILLIS = 100;

    private static final class Request {
        long nextAt;
        long pauseMillis = FIRST_RETRY_MILLIS;
    }

    private final Members members;
    private final CommandSender commands;
    private final long longestPauseMillis;
    private final Map<NodeId, Request> requests = new HashMap<>();
    private final TreeSet<NodeId> closed = new TreeSet<>();

    /** @param longestPauseMillis the longest time between two requests to a node */
    ChangefeedClose(Members members, CommandSender commands, long longestPauseMillis) {
        this.members = members;
        this.commands = commands;
        this.longestPauseMillis = longestPauseMillis;
    }

    /** Asks every living node that has not closed, less and less often. */
    void send(RemovalMode mode, long nowMillis) {
        for (NodeId node : members.latest()) {
            Request request = requests.computeIfAbsent(node, n -> new Request());
            if (!closed.contains(node) && nowMillis >= request.nextAt) {
                request.nextAt = nowMillis + request.pauseMillis;
                request.pauseMillis = Math.min(request.pauseMillis * 2, longestPauseMillis);
                commands.close(node, mode);
            }
        }
    }

    /** A node has closed, or has a newer owner. Returns whether that is news. */
    boolean closed(NodeId node) {
        return closed.add(node);
    }

    /** The nodes that have not closed. */
    SortedSet<NodeId> awaited() {
        TreeSet<NodeId> awaited = new TreeSet<>(members.latest());
        awaited.removeAll(closed);
        return awaited;
    }

    boolean isComplete() {
        return members.isKnown() && closed.containsAll(members.latest());
    }
}
