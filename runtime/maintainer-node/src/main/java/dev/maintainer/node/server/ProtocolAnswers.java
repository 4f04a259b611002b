package dev.maintainer.node.server;

import dev.maintainer.admin.cluster.ClusterNode.Protocol;
import dev.maintainer.membership.FinalizeOutcome;
import dev.maintainer.membership.ProtocolSupport;
import java.util.Collections;
import java.util.Optional;

/** What membership says of protocols, as the admin interface shows it. */
final class ProtocolAnswers {
    private ProtocolAnswers() {}

    static Protocol of(ProtocolSupport support) {
        return new Protocol(support.active(), support.common(), support.behind());
    }

    /** Empty if the process does not lead. */
    static Optional<Protocol> of(FinalizeOutcome outcome) {
        if (outcome instanceof FinalizeOutcome.Active done) {
            return Optional.of(new Protocol(done.protocol(), done.protocol(), Collections.emptySortedMap()));
        }
        return outcome instanceof FinalizeOutcome.TooOld tooOld ? Optional.of(of(tooOld.support())) : Optional.empty();
    }
}
