package dev.maintainer.connector.postgres.reader;

/**
 * What a slot keeps from being forgotten, as the server said a few seconds ago.
 *
 * @param walEnd where the log of the server ended
 * @param confirmedLsn up to which the slot was confirmed
 * @param retainedBytes how much log it retains
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 */
public record SlotStatus(long walEnd, long confirmedLsn, long retainedBytes, String walStatus) {
    /** Nothing is known yet. */
    public static final SlotStatus UNKNOWN = new SlotStatus(0, 0, 0, "unknown");
}
