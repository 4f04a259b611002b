package dev.maintainer.coordinator;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport.HostSnapshot;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has a changefeed when a coordinator begins: the one reporter with exactly the durable epoch. If there is none, the last
 * owner has to end first: epochs may have been claimed after it for which nobody was ever added.
 */
final class OwnerSearch {
    /** A maintainer, and what it says. */
    record Found(NodeId node, MaintainerStatus status) {}

    private final ChangefeedMetadata durable;
    private int owners;
    private @Nullable Found owner;
    private @Nullable Found origin;

    private OwnerSearch(ChangefeedMetadata durable) {
        this.durable = durable;
    }

    /** Looks through what all hosts have told. */
    static OwnerSearch of(ChangefeedMetadata durable, SortedMap<NodeId, HostSnapshot> reported) {
        OwnerSearch search = new OwnerSearch(durable);
        reported.forEach((node, host) -> host.maintainers().forEach(status -> search.look(node, status)));
        return search;
    }

    private void look(NodeId node, MaintainerStatus status) {
        if (!status.changefeed().equals(durable.changefeed())) {
            return;
        }
        if (status.epoch().equals(durable.epoch()) && status.phase() != LifecyclePhase.CLOSED) {
            owner = new Found(node, status);
            owners++;
        } else if (mayHaveOwnedLast(status)
                && (origin == null || status.epoch().isNewerThan(origin.status().epoch()))) {
            origin = new Found(node, status);
        }
    }

    /** A final status below what is durable is that of somebody before the last owner. */
    private boolean mayHaveOwnedLast(MaintainerStatus status) {
        FinalStatus word = status.finalStatus();
        return !status.epoch().isNewerThan(durable.epoch())
                && (word == null || word.checkpointTs() >= durable.checkpointTs());
    }

    /** The owner; null if there is none, or if several say so. */
    @Nullable
    Found owner() {
        return owners == 1 ? owner : null;
    }

    /** The last owner, of a changefeed that has none now; null if there is no trace of one. */
    @Nullable
    Found lastOwner() {
        return owners == 0 ? origin : null;
    }
}
