package dev.maintainer.connector.postgres.reader;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a reader does. */
public enum ReaderState {
    /** It asks the server whether and how the slot can be read. */
    CONNECTING,
    /** It reads. */
    STREAMING,
    /** It cannot read now, and will try again. */
    WAITING,
    /** It cannot read, and will not try again; the last one. */
    FAILED,
    /** It was closed; the last one. */
    CLOSED;

    private static final Map<ReaderState, Set<ReaderState>> NEXT = Map.of(
            CONNECTING, EnumSet.of(STREAMING, WAITING, FAILED, CLOSED),
            STREAMING, EnumSet.of(WAITING, FAILED, CLOSED),
            WAITING, EnumSet.of(CONNECTING, FAILED, CLOSED),
            FAILED, EnumSet.noneOf(ReaderState.class),
            CLOSED, EnumSet.noneOf(ReaderState.class));

    boolean canBecome(ReaderState next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /** {@return whether it stays like this} */
    public boolean isLast() {
        return this == FAILED || this == CLOSED;
    }
}
