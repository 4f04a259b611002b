package dev.maintainer.membership;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Records;
import dev.maintainer.membership.store.StoreAnswer.Rejected;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue.Progress;
import dev.maintainer.membership.store.StoreValue.Progress.Checkpoint;
import dev.maintainer.membership.store.Stored;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints that only advance, as a leader writes them: many changefeeds share a record, and what has gathered since its last
 * write is one write. So their rate follows the number of records, and not that of changefeeds. The more there are in a
 * record, the longer it gathers.
 *
 * <p>A checkpoint is answered when it is durable, and never refused: nobody else writes these records while the term lasts,
 * and what has advanced may be written over what is there. Belongs to one term. Not thread-safe.
 */
final class ProgressRecords {
    private static final long GATHERS_NANOS_PER_CHANGEFEED = 4_000_000;
    private static final long GATHERS_NANOS_AT_MOST = 250_000_000;

    /** A checkpoint that is not durable yet, and the number of the request that wants it to be. */
    private record Wanted(ChangefeedMetadata metadata, long request) {
        Checkpoint checkpoint() {
            return new Checkpoint(metadata.epoch(), metadata.checkpointTs());
        }
    }

    private final StoreSession session;
    private final LeaderTerm term;
    private final long retryNanos;
    private final ObjLongConsumer<ChangefeedMetadata> durable;
    private final Runnable refused;
    private final Map<StorePath, Shared> records = new TreeMap<>();
    private boolean over;
    private long writes;

    /**
     * Records of which nothing is known.
     *
     * @param retryNanos how long to wait before the store is asked again
     * @param durable called with what is durable now, and the number of the request
     * @param refused called when the store says that there is another leader
     */
    ProgressRecords(
            StoreSession session,
            LeaderTerm term,
            long retryNanos,
            ObjLongConsumer<ChangefeedMetadata> durable,
            Runnable refused) {
        this.session = session;
        this.term = term;
        this.retryNanos = retryNanos;
        this.durable = durable;
        this.refused = refused;
    }

    void end() {
        over = true;
    }

    /**
     * What is stored.
     *
     * @param existing the changefeeds that there are
     */
    void loaded(Records all, Set<ChangefeedId> existing) {
        all.records().forEach((path, stored) -> {
            Shared there = shared(path);
            there.loaded(stored);
            there.checkpoints().keySet().stream()
                    .filter(each -> !existing.contains(each))
                    .forEach(there.gone::add);
        });
    }

    /** A changefeed was deleted: what it had reached is left out when its record is written for another one. */
    void deleted(ChangefeedId changefeed) {
        Shared there = records.get(StorePath.progress(changefeed));
        if (there != null && there.checkpoints().containsKey(changefeed)) {
            there.gone.add(changefeed);
        }
    }

    /** Metadata with the checkpoint that they have reached. */
    ChangefeedMetadata applyTo(ChangefeedMetadata metadata) {
        Shared there = records.get(StorePath.progress(metadata.changefeed()));
        return there != null && there.stored != null && there.stored.value() instanceof Progress progress
                ? progress.applyTo(metadata)
                : metadata;
    }

    /** Whether a checkpoint of a changefeed is not durable yet. */
    boolean isUnderWay(ChangefeedId changefeed) {
        Shared there = records.get(StorePath.progress(changefeed));
        return there != null && (there.waiting.containsKey(changefeed) || there.sent.containsKey(changefeed));
    }

    /** A checkpoint has advanced. */
    void advance(ChangefeedMetadata metadata, long request) {
        Shared there = shared(StorePath.progress(metadata.changefeed()));
        there.gone.remove(metadata.changefeed());
        there.waiting.put(metadata.changefeed(), new Wanted(metadata, request));
    }

    /** Sends what is due. */
    void tick(long nowNanos) {
        records.values().forEach(each -> each.tick(nowNanos));
    }

    private Shared shared(StorePath path) {
        return records.computeIfAbsent(path, Shared::new);
    }

    /** One record, and the one write of it that may be under way. */
    private final class Shared {
        private final StorePath path;
        private final SortedMap<ChangefeedId, Wanted> waiting = new TreeMap<>();
        private final SortedMap<ChangefeedId, Wanted> sent = new TreeMap<>();
        /** Those of the stored record that are deleted. */
        private final Set<ChangefeedId> gone = new HashSet<>();

        private @Nullable Stored stored;
        private @Nullable Progress written;
        private boolean busy;
        private long tryAt = Long.MIN_VALUE;

        Shared(StorePath path) {
            this.path = path;
        }

        void loaded(Stored there) {
            if (sent.isEmpty()) {
                stored = there;
            }
        }

        Map<ChangefeedId, Checkpoint> checkpoints() {
            return stored != null && stored.value() instanceof Progress progress ? progress.checkpoints() : Map.of();
        }

        void tick(long nowNanos) {
            if (busy || (tryAt != Long.MIN_VALUE && nowNanos - tryAt < 0)) {
                return;
            }
            if (!sent.isEmpty()) {
                busy = true;
                tryAt = nowNanos + retryNanos;
                session.send(new StoreRequest.Read(List.of(path), true), this::read);
            } else if (!waiting.isEmpty()) {
                sent.putAll(waiting);
                waiting.clear();
                writes++;
                send(nowNanos);
            }
        }

        private void send(long nowNanos) {
            SortedMap<ChangefeedId, Checkpoint> next = new TreeMap<>();
            checkpoints().forEach((changefeed, checkpoint) -> {
                if (!gone.contains(changefeed)) {
                    next.put(changefeed, checkpoint);
                }
            });
            sent.forEach((changefeed, wanted) -> next.put(changefeed, wanted.checkpoint()));
            written = new Progress(next, term.epoch(), writes);
            busy = true;
            tryAt = nowNanos + Math.min(GATHERS_NANOS_AT_MOST, GATHERS_NANOS_PER_CHANGEFEED * next.size());
            session.send(
                    new StoreRequest.Commit(
                            term.check(),
                            stored == null
                                    ? new StoreOp.Create(path, written, false)
                                    : new StoreOp.Set(path, written, stored.version())),
                    this::answered);
        }

        private void answered(StoreAnswer answer, long nowNanos) {
            busy = false;
            if (over || written == null) {
                return;
            }
            if (answer instanceof StoreAnswer.Committed) {
                ended(new Stored(written, stored == null ? 0 : stored.version() + 1, Stored.NO_SESSION));
            } else if (answer instanceof Rejected rejected && rejected.op() == 0) {
                refused.run();
            } else {
                tryAt = nowNanos + retryNanos;
            }
        }

        private void read(StoreAnswer answer, long nowNanos) {
            busy = false;
            if (over || !(answer instanceof Records found)) {
                return;
            }
            Stored there = found.at(path);
            if (there != null && there.value().equals(written)) {
                ended(there);
            } else {
                stored = there;
                send(nowNanos);
            }
        }

        private void ended(Stored now) {
            stored = now;
            gone.retainAll(checkpoints().keySet());
            written = null;
            List<Wanted> done = List.copyOf(sent.values());
            sent.clear();
            done.forEach(each -> durable.accept(each.metadata(), each.request()));
        }
    }
}
