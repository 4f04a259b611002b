package dev.maintainer.runtime.peer;

import dev.maintainer.api.model.NodeId;
import java.util.Optional;

/**
 * The members of the cluster and their addresses, as this process knows them now. Answers at once, for any thread.
 *
 * @since 0.1.0
 */
public interface PeerDirectory {
    /** {@return the version of the roster that the answers are from; it rises with each change, in the same way everywhere} */
    long version();

    /**
     * Looks up a member.
     *
     * @param node any id
     * @return empty if it is not a member
     */
    Optional<Peer> find(NodeId node);
}
