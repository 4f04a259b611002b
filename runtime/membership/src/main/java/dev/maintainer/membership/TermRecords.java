package dev.maintainer.membership;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metadata as the coordinator of one term asks for it. A request names the leader epoch of its term: one of a term that is
 * over is refused, also if the same process leads again. When a term ends, whoever still waits hears that it is over, and
 * that a write may have been stored.
 *
 * <p>Not thread-safe; everything comes in by the thread of {@link ClusterMembership}.
 */
public final class TermRecords implements ChangefeedRecords.Handler {
    /**
     * What becomes of a request; exactly one of the two is called, once.
     *
     * @param <T> of the answer
     */
    public interface Reply<T> {
        /**
         * The store has answered.
         *
         * @param answer what it says
         */
        void answered(T answer);

        /** The term is over; what was asked for may have happened. */
        void over();
    }

    private final Supplier<@Nullable ChangefeedRecords> records;
    private final Map<Long, Reply<Optional<Versioned>>> writes = new HashMap<>();
    private final Map<Long, Reply<Boolean>> deletions = new HashMap<>();
    private List<Reply<List<Versioned>>> loads = new ArrayList<>();
    private long leaderEpoch;
    private long numbers;

    /**
     * Records of a process that does not lead.
     *
     * @param records those of the present term; null while the process does not lead
     */
    public TermRecords(Supplier<@Nullable ChangefeedRecords> records) {
        this.records = records;
    }

    /**
     * A term has begun.
     *
     * @param term which one
     */
    public void begin(LeaderTerm term) {
        leaderEpoch = term.epoch();
    }

    /** The term is over. */
    public void end() {
        leaderEpoch = 0;
        List<Reply<?>> waiting = new ArrayList<>(loads);
        waiting.addAll(inOrder(writes));
        waiting.addAll(inOrder(deletions));
        loads = new ArrayList<>();
        writes.clear();
        deletions.clear();
        waiting.forEach(Reply::over);
    }

    private static <T> Collection<Reply<T>> inOrder(Map<Long, Reply<T>> requests) {
        return requests.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * Asks for everything.
     *
     * @param epoch the leader epoch of whoever asks
     * @param reply gets all changefeeds that are stored
     */
    public void load(long epoch, Reply<List<Versioned>> reply) {
        ChangefeedRecords present = of(epoch);
        if (present == null) {
            reply.over();
            return;
        }
        loads.add(reply);
        present.load();
    }

    /**
     * Asks for a compare-and-set, after something was loaded in this term.
     *
     * @param epoch the leader epoch of whoever asks
     * @param version the version that must be stored; 0 for none
     * @param metadata what to store
     * @param nowNanos the monotonic time of the process
     * @param reply gets what is stored now; empty if something else was stored
     */
    public void compareAndSet(
            long epoch, long version, ChangefeedMetadata metadata, long nowNanos, Reply<Optional<Versioned>> reply) {
        ChangefeedRecords present = of(epoch);
        if (present == null) {
            reply.over();
            return;
        }
        long number = ++numbers;
        writes.put(number, reply);
        present.compareAndSet(version, metadata, number, nowNanos);
    }

    /**
     * Asks for a deletion, after something was loaded in this term.
     *
     * @param epoch the leader epoch of whoever asks
     * @param version the version that must be stored; at least 1
     * @param changefeed which one
     * @param nowNanos the monotonic time of the process
     * @param reply gets false if something else was stored
     */
    public void delete(long epoch, long version, ChangefeedId changefeed, long nowNanos, Reply<Boolean> reply) {
        ChangefeedRecords present = of(epoch);
        if (present == null) {
            reply.over();
            return;
        }
        long number = ++numbers;
        deletions.put(number, reply);
        present.delete(version, changefeed, number, nowNanos);
    }

    private @Nullable ChangefeedRecords of(long epoch) {
        return epoch == leaderEpoch ? records.get() : null;
    }

    @Override
    public void loaded(List<Versioned> all) {
        List<Reply<List<Versioned>>> waiting = loads;
        loads = new ArrayList<>();
        waiting.forEach(each -> each.answered(all));
    }

    @Override
    public void stored(long request, Optional<Versioned> stored) {
        Reply<Optional<Versioned>> reply = writes.remove(request);
        if (reply != null) {
            reply.answered(stored);
        }
    }

    @Override
    public void deleted(long request, boolean deleted) {
        Reply<Boolean> reply = deletions.remove(request);
        if (reply != null) {
            reply.answered(deleted);
        }
    }
}
