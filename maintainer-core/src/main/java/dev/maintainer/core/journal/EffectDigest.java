package dev.maintainer.core.journal;

import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.scheduling.planner.PlanRequest;

/**
 * Counts and hashes what leaves a host: receiver, content and order of each message. The same stream has the same hash
 * in every process. Used by one thread.
 */
public final class EffectDigest {
    private final RecordCodec codec;
    private int count;
    private long hash;

    /** Nothing has left yet. */
    public EffectDigest(RecordCodec codec) {
        this.codec = codec;
    }

    /** A message has left. */
    public void sent(NodeId to, Message message) {
        count++;
        hash = codec.digest(codec.digest(hash, to), message);
    }

    /** A request for tables has left. */
    public void tablesRequested(ChangefeedId changefeed, long ts) {
        count++;
        hash = Hashing.finish(Hashing.mix(codec.digest(hash, changefeed), ts));
    }

    /** A request for a plan has left. */
    public void planRequested(PlanRequest request) {
        count++;
        hash = codec.digest(hash, request);
    }

    /** Nobody waits for the plans of a maintainer any more. */
    public void planningDropped(ChangefeedId changefeed, MaintainerEpoch epoch) {
        count++;
        hash = codec.digest(codec.digest(hash, changefeed), epoch);
    }

    /** How many have left since {@link #clear}. */
    public int count() {
        return count;
    }

    /** The hash of those; 0 if there are none. */
    public long hash() {
        return hash;
    }

    /** Begins anew. */
    public void clear() {
        count = 0;
        hash = 0;
    }

    /**
     * The hash of a whole stream, entry by entry.
     *
     * @param before the hash of all entries before; 0 at the start
     */
    public static long chain(long before, int effects, long effectHash) {
        return effects == 0 ? before : Hashing.finish(Hashing.mix(before, effectHash));
    }
}
