package dev.maintainer.simulator.world;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** For how long maintainers have not heard a member, as they have told one coordinator: it expels nobody earlier. */
final class EvictionCheck {
    private record Unheard(ChangefeedId changefeed, NodeId owner, MaintainerEpoch epoch, NodeId node) {
        boolean isSaidBy(NodeId from, MaintainerStatus status) {
            return owner.equals(from) && changefeed.equals(status.changefeed()) && epoch.equals(status.epoch());
        }
    }

    private final long expelMillis;
    private final Map<Unheard, Long> since = new HashMap<>();

    EvictionCheck(long expelMillis) {
        this.expelMillis = expelMillis;
    }

    /** A report has reached the coordinator. */
    void heard(NodeId from, CoordinatorReport report, long nowMillis) {
        List<MaintainerStatus> statuses = List.of();
        if (report instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
            statuses = heartbeat.maintainers();
        } else if (report instanceof CoordinatorReport.HostSnapshot snapshot) {
            statuses = snapshot.maintainers();
        }
        for (MaintainerStatus status : statuses) {
            since.keySet()
                    .removeIf(each ->
                            each.isSaidBy(from, status) && !status.suspects().contains(each.node()));
            status.suspects()
                    .forEach(node ->
                            since.putIfAbsent(new Unheard(status.changefeed(), from, status.epoch(), node), nowMillis));
        }
    }

    /** The coordinator expels a node: one that was not heard, or a maintainer that hears nobody. */
    void expelled(NodeId node, long nowMillis) {
        boolean longEnough = since.entrySet().stream()
                .anyMatch(each -> (each.getKey().node().equals(node)
                                || each.getKey().owner().equals(node))
                        && nowMillis - each.getValue() >= expelMillis);
        if (!longEnough) {
            throw new Violation(
                    Invariant.EXPELLED_WAS_SILENT,
                    "node " + node + " is expelled, and nobody has said for " + expelMillis
                            + " ms that it is not heard: " + since);
        }
    }
}
