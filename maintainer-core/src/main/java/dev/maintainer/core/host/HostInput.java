package dev.maintainer.core.host;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;

/** Everything that can happen to a host of maintainers. */
public sealed interface HostInput {
    /** The coordinator wants something. */
    record RequestReceived(NodeId from, CoordinatorRequest request) implements HostInput {}

    /** A worker reports to the maintainer of a changefeed. */
    record ReportReceived(NodeId from, WorkerReport report) implements HostInput {}

    /** Nodes came or went. */
    record MembershipChanged(Membership membership) implements HostInput {}

    /** The schema store has answered the maintainer of a changefeed. */
    record TablesLoaded(ChangefeedId changefeed, SchemaSnapshot snapshot) implements HostInput {}

    /** Time has passed; about every 50 ms. */
    record Tick() implements HostInput {}
}
