package dev.maintainer.membership.store;

/** A part of a transaction. All parts take effect, or none. */
public sealed interface StoreOp {
    /** Stands for any version in {@link Set} and {@link Delete}. */
    int ANY_VERSION = -1;

    /** {@return where} */
    StorePath path();

    /**
     * Creates a record, with version 0. Fails if there is one.
     *
     * @param path where
     * @param value what
     * @param ephemeral whether it belongs to the session, and goes with it
     */
    record Create(StorePath path, StoreValue value, boolean ephemeral) implements StoreOp {}

    /**
     * Replaces a record, and raises its version by one. Fails if there is none, or another version.
     *
     * @param path where
     * @param value what
     * @param version the version that must be there; {@link #ANY_VERSION} for any
     */
    record Set(StorePath path, StoreValue value, int version) implements StoreOp {}

    /**
     * Deletes a record. Fails if there is none, or another version.
     *
     * @param path where
     * @param version the version that must be there; {@link #ANY_VERSION} for any
     */
    record Delete(StorePath path, int version) implements StoreOp {}

    /**
     * Changes nothing. Fails if there is no record, or another version.
     *
     * @param path where
     * @param version the version that must be there
     */
    record Check(StorePath path, int version) implements StoreOp {}
}
