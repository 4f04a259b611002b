package dev.maintainer.core.host;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import org.jspecify.annotations.Nullable;

/** Sends reports to the coordinator that leads by the highest version heard of, and nowhere else. */
final class ReportGate {
    private final Transport transport;
    private @Nullable NodeId coordinator;
    private long version = Long.MIN_VALUE;

    ReportGate(Transport transport) {
        this.transport = transport;
    }

    /** Follows a coordinator unless it is older than the one that is followed. */
    boolean follow(NodeId candidate, long candidateVersion) {
        if (candidateVersion < version) {
            return false;
        }
        version = candidateVersion;
        coordinator = candidate;
        return true;
    }

    boolean isFollowed(NodeId candidate) {
        return candidate.equals(coordinator);
    }

    void send(CoordinatorReport report) {
        if (coordinator != null) {
            transport.send(coordinator, report);
        }
    }
}
