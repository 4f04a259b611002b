package dev.maintainer.membership;

import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.Stored;
import org.jspecify.annotations.Nullable;

/** What the record of a node says against it. */
final class Denial {
    private Denial() {}

    /**
     * Why the node cannot be a member any more; null if it can.
     *
     * @param attempted whether it has tried to write its record
     */
    static @Nullable String of(@Nullable Stored member, boolean attempted) {
        if (member == null) {
            return attempted ? "its record is gone: the leader has removed it" : null;
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
