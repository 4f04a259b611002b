package dev.maintainer.membership;

import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.Stored;
import org.jspecify.annotations.Nullable;

/** What the record of a node says against it. */
final class Denial {
    private static final String GONE = "its record is gone: the leader has removed it";
    /** The record was never seen, so nobody can know the node. */
    static final String NEVER_SEEN =
            "its first registration has left no record: the answer was lost, and so was the registration, or the leader has"
                    + " removed it since; an id is never used twice, so it needs another one";

    private Denial() {}

    /**
     * Why the node cannot be a member any more; null if it can.
     *
     * @param attempted whether it has tried to write its record
     * @param admitted whether it has been a member
     */
    static @Nullable String of(@Nullable Stored member, boolean attempted, boolean admitted) {
        if (member == null) {
            return !attempted ? null : admitted ? GONE : NEVER_SEEN;
        }
        Member record = (Member) member.value();
        return switch (record.state()) {
            case JOINING, MEMBER -> null;
            case REFUSED -> "the leader has refused it: " + record.refusal();
            case REVOKED -> "the leader has revoked its lease";
            case LEFT -> "it has left";
        };
    }
}
