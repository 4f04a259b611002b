package dev.maintainer.coordinator;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;

/**
 * The metadata store as the coordinator sees it: asynchronous. Each request is answered by exactly one input, or, if
 * the process dies, by none.
 */
public interface MetadataGateway {
    /** The request id with which a failed load is reported. */
    long LOAD_REQUEST = 0;

    /** Asks for everything; answered by {@link CoordinatorInput.MetadataLoaded}. */
    void load();

    /**
     * Asks for a compare-and-set; answered by {@link CoordinatorInput.MetadataStored}. Ids start at 1. A creation under
     * the name of a deleted changefeed is stored with an epoch above that one's last; the answer says which.
     *
     * @param expectedVersion the version that must be stored; 0 for none
     * @param metadata what to store
     * @param requestId comes back with the answer; at least 1
     */
    void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId);

    /**
     * Asks for a deletion, of all but the last epoch; answered by {@link CoordinatorInput.MetadataDeleted}.
     *
     * @param expectedVersion the version that must be stored; at least 1
     * @param changefeed which one
     * @param requestId comes back with the answer; at least 1
     */
    void delete(long expectedVersion, ChangefeedId changefeed, long requestId);
}
