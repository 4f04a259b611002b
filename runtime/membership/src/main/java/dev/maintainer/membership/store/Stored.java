package dev.maintainer.membership.store;

/**
 * A record as it is in the store.
 *
 * @param value what is there
 * @param version how often it has been replaced since it was created
 * @param session the session that it belongs to; 0 if it belongs to none
 */
public record Stored(StoreValue value, int version, long session) {
    /** The session of a record that belongs to none. */
    public static final long NO_SESSION = 0;
}
