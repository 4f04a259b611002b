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

    /**
     * {@return the active protocol of the cluster: nothing is sent that needs a newer one, whatever both sides could. It rises,
     * at different moments on different nodes, and never falls; where all nodes are of one release it is that of the release}
     */
    default int protocol() {
        return ProtocolRange.OF_RELEASE.max();
    }

    /** {@return the epoch of the latest leader that this process knows; 0 if it knows none} */
    default long leaderEpoch() {
        return 0;
    }
}
