package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import java.util.List;
import java.util.Optional;

/**
 * Durable changefeed metadata with compare-and-set. Calls block and may fail; they are made off the event loops.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface MetadataStore {
    /**
     * A value and the version under which it is stored; versions start at 1.
     *
     * @param version at least 1
     * @param metadata what is stored
     */
    record Versioned(long version, ChangefeedMetadata metadata) {}

    /** Hears what became of a write. Must return at once. */
    interface Outcome {
        /**
         * It was decided.
         *
         * @param stored the new version; empty if another version is stored
         */
        void stored(Optional<Versioned> stored);

        /**
         * The store has failed; the value may be stored nevertheless.
         *
         * @param failure why
         */
        void failed(MaintainerException failure);
    }

    /**
     * {@return the metadata of one changefeed; empty if there is none}
     *
     * @param changefeed which one
     * @throws MaintainerException if the store cannot be read
     */
    Optional<Versioned> read(ChangefeedId changefeed) throws MaintainerException;

    /**
     * {@return all changefeeds, by id; those that were deleted are not among them}
     *
     * @throws MaintainerException if the store cannot be read
     */
    List<Versioned> list() throws MaintainerException;

    /**
     * Stores {@code metadata} if the stored version is {@code expectedVersion}; 0 means "does not exist", also "not any
     * more". Hosts and workers remember under which epoch a changefeed has ended. So a changefeed that is created under
     * the name of a deleted one starts above the last epoch of the deleted one, whatever epoch {@code metadata} names;
     * the result contains the epoch. Its versions continue as well, so no late write can match a version by accident.
     *
     * @param expectedVersion the version that must currently be stored; 0 for none
     * @param metadata what to store; names its changefeed
     * @return the new version, or empty if another version is stored; when it returns a version, the value is durable. A
     *     store may keep the version if nothing but the checkpoint has changed
     * @throws MaintainerException if the store has failed; the value may be stored nevertheless
     */
    Optional<Versioned> compareAndSet(long expectedVersion, ChangefeedMetadata metadata) throws MaintainerException;

    /**
     * Begins a compare-and-set. A store that can have several under way at once, of different changefeeds, only begins it;
     * by default it is done when this returns.
     *
     * @param expectedVersion as in {@link #compareAndSet}
     * @param metadata as in {@link #compareAndSet}
     * @param outcome hears once what {@link #compareAndSet} would return or throw; on any thread
     */
    default void beginCompareAndSet(long expectedVersion, ChangefeedMetadata metadata, Outcome outcome) {
        Optional<Versioned> stored;
        try {
            stored = compareAndSet(expectedVersion, metadata);
        } catch (MaintainerException e) {
            outcome.failed(e);
            return;
        }
        outcome.stored(stored);
    }

    /**
     * Deletes if the stored version is {@code expectedVersion}. Only the last epoch and version are kept, durably: for a
     * later creation under the same name.
     *
     * @param expectedVersion the version that must be stored; at least 1
     * @param changefeed which one
     * @return whether it was deleted
     * @throws MaintainerException if the store has failed; it may be deleted nevertheless
     */
    boolean delete(long expectedVersion, ChangefeedId changefeed) throws MaintainerException;
}
