package dev.maintainer.membership;

import dev.maintainer.membership.store.NodeAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Who may become a member.
 *
 * @param protocol what the members speak among each other
 */
public record Admission(int protocol) {
    /** Why a node can never become a member; null if it can. */
    @Nullable
    String refusal(NodeAttributes candidate) {
        return protocol < candidate.minProtocol() || protocol > candidate.maxProtocol()
                ? "the cluster speaks protocol " + protocol + ", and the node speaks " + candidate.minProtocol()
                        + " to " + candidate.maxProtocol()
                : null;
    }
}
