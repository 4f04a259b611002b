package dev.maintainer.membership;

import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;

/**
 * One leadership. Every transaction of a leader begins with {@link #check}, so the store refuses those of a leader that
 * was deposed and does not know it.
 *
 * @param epoch higher than that of every leader before; at least 1
 * @param version of the record of leader epochs under this leader
 */
public record LeaderTerm(long epoch, int version) {
    /** {@return the part of a transaction that fails if there has been another leader} */
    StoreOp check() {
        return new StoreOp.Check(StorePath.LEADER_EPOCH, version);
    }
}
