package dev.maintainer.membership;

import dev.maintainer.membership.store.NodeAttributes;
import org.jspecify.annotations.Nullable;

/** Who may become a member. */
final class Admission {
    private Admission() {}

    /**
     * Why a node can never become a member; null if it can.
     *
     * @param active the protocol of the cluster
     */
    static @Nullable String refusal(int active, NodeAttributes candidate) {
        if (candidate.speaks(active)) {
            return null;
        }
        String begin = "the cluster speaks protocol " + active + ", and the node speaks " + candidate.minProtocol()
                + " to " + candidate.maxProtocol();
        return begin
                + (candidate.maxProtocol() < active
                        ? ": it is too old; start a release that speaks " + active
                        : ": it is too new; start a release that speaks " + active
                                + ", and this one when all members do and the cluster is finalized");
    }
}
