package dev.maintainer.coordinator;

import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Maintainers that report and do not own are told to go; not too often. */
final class Dismissals {
    private record Told(ChangefeedId changefeed, NodeId node) {}

    private final Fleet fleet;
    private final long resendMillis;
    private final Map<Told, Long> toldAt = new HashMap<>();

    Dismissals(Fleet fleet, long resendMillis) {
        this.fleet = fleet;
        this.resendMillis = resendMillis;
    }

    /** Tells one to go, unless it has just been told. */
    void dismiss(NodeId node, MaintainerStatus status, RemovalMode mode, long nowMillis) {
        Told told = new Told(status.changefeed(), node);
        Long last = toldAt.get(told);
        if (last == null || nowMillis - last >= resendMillis) {
            toldAt.put(told, nowMillis);
            fleet.send(node, new CoordinatorRequest.RemoveMaintainer(status.changefeed(), status.epoch(), mode));
        }
    }

    /** These nodes have left. */
    void left(Set<NodeId> gone) {
        toldAt.keySet().removeIf(told -> gone.contains(told.node()));
    }

    /** A changefeed is not stored any more. */
    void forget(ChangefeedId changefeed) {
        toldAt.keySet().removeIf(told -> told.changefeed().equals(changefeed));
    }
}
