package dev.maintainer.membership;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Records;
import dev.maintainer.membership.store.StoreAnswer.Rejected;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue.Changefeed;
import dev.maintainer.membership.store.StoreValue.Floor;
import dev.maintainer.membership.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of changefeeds as a leader reads and writes them. Each write begins with the check of the term, and names
 * the term and a number; so after a lost answer, what is stored tells whether the write has taken effect. A write is
 * answered when that is known: as done, or as in conflict with something else. It is repeated only under the version that
 * it was first sent for, and if the repetition fails, what is stored decides again: the first try may have landed since.
 *
 * <p>A checkpoint that only advances goes into a record that many share, see {@link ProgressRecords}; the version of the
 * changefeed stays the same then.
 *
 * <p>Versions of a changefeed go on behind those of deleted ones, and so do epochs: a floor keeps both.
 *
 * <p>At most one write per changefeed may be under way. Belongs to one term; dropped with it, and then answers nothing. Not
 * thread-safe.
 */
public final class ChangefeedRecords {
    /** Takes the answers. */
    public interface Handler {
        /**
         * Everything was read.
         *
         * @param all every changefeed that is stored, by name
         */
        void loaded(List<Versioned> all);

        /**
         * A write has ended.
         *
         * @param request its number
         * @param stored what is stored now; empty if something else was stored
         */
        void stored(long request, Optional<Versioned> stored);

        /**
         * A deletion has ended.
         *
         * @param request its number
         * @param deleted false if something else was stored
         */
        void deleted(long request, boolean deleted);
    }

    private final StoreSession session;
    private final LeaderTerm term;
    private final long retryNanos;
    private final Handler handler;
    private final Runnable refused;
    private final Map<ChangefeedId, Stored> known = new TreeMap<>();
    private final Map<ChangefeedId, Write> writes = new TreeMap<>();
    private final ProgressRecords progress;
    private Floor floor = new Floor(0, 0);
    private boolean floorStored;
    private boolean over;
    private boolean loadWanted;
    private boolean loaded;
    private boolean loading;
    private long loadAt;

    /**
     * Records of which nothing is known; load first.
     *
     * @param retryNanos how long to wait before the store is asked again
     * @param refused called when the store says that there is another leader
     */
    ChangefeedRecords(StoreSession session, LeaderTerm term, long retryNanos, Handler handler, Runnable refused) {
        this.session = session;
        this.term = term;
        this.retryNanos = retryNanos;
        this.handler = handler;
        this.refused = refused;
        this.progress = new ProgressRecords(session, term, retryNanos, this::advanced, refused);
    }

    /** The term is over: nothing is answered any more. */
    void end() {
        over = true;
        progress.end();
    }

    /** Asks for everything; answered when the store can be read. */
    public void load() {
        loadWanted = true;
    }

    /**
     * Asks for a compare-and-set.
     *
     * @param expectedVersion the version that must be stored; 0 for none
     * @param metadata what to store; an epoch of a creation that is not above all deleted ones is raised
     * @param request its number, not used before; at least 1
     * @param nowNanos the monotonic time of the process
     * @throws IllegalStateException before anything was loaded
     */
    public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long request, long nowNanos) {
        requireLoaded();
        ChangefeedId changefeed = metadata.changefeed();
        Stored before = known.get(changefeed);
        if (versionOf(before) != expectedVersion) {
            handler.stored(request, Optional.empty());
            return;
        }
        if (before != null && hasOnlyAdvanced(before, metadata)) {
            requireNoOther(changefeed);
            progress.advance(metadata, request);
            return;
        }
        Changefeed next = before == null
                ? new Changefeed(floor.version() + 1, aboveFloor(metadata), term.epoch(), request)
                : new Changefeed(((Changefeed) before.value()).firstVersion(), metadata, term.epoch(), request);
        begin(new Write(changefeed, before, next, request), nowNanos);
    }

    /**
     * Asks for a deletion.
     *
     * @param expectedVersion the version that must be stored; at least 1
     * @param changefeed which one
     * @param request its number, not used before; at least 1
     * @param nowNanos the monotonic time of the process
     * @throws IllegalStateException before anything was loaded
     */
    public void delete(long expectedVersion, ChangefeedId changefeed, long request, long nowNanos) {
        requireLoaded();
        Stored before = known.get(changefeed);
        if (before == null || versionOf(before) != expectedVersion) {
            handler.deleted(request, false);
            return;
        }
        Versioned last = versioned(before);
        floor = new Floor(
                Math.max(floor.epoch(), last.metadata().epoch().value()), Math.max(floor.version(), last.version()));
        begin(new Write(changefeed, before, null, request), nowNanos);
    }

    /** What deleted changefeeds have left is known only then. */
    private void requireLoaded() {
        if (!loaded) {
            throw new IllegalStateException("a write before anything was loaded");
        }
    }

    private boolean hasOnlyAdvanced(Stored before, ChangefeedMetadata metadata) {
        ChangefeedMetadata reached = versioned(before).metadata();
        return metadata.checkpointTs() > reached.checkpointTs()
                && metadata.equals(reached.withCheckpointTs(metadata.checkpointTs()));
    }

    /** A checkpoint is durable. */
    private void advanced(ChangefeedMetadata metadata, long request) {
        Stored stored = known.get(metadata.changefeed());
        handler.stored(
                request, stored == null ? Optional.empty() : Optional.of(new Versioned(versionOf(stored), metadata)));
    }

    private void begin(Write write, long nowNanos) {
        requireNoOther(write.changefeed);
        writes.put(write.changefeed, write);
        write.send(nowNanos);
    }

    private void requireNoOther(ChangefeedId changefeed) {
        if (writes.containsKey(changefeed) || progress.isUnderWay(changefeed)) {
            throw new IllegalStateException("two writes of " + changefeed + " at once");
        }
    }

    private ChangefeedMetadata aboveFloor(ChangefeedMetadata metadata) {
        return metadata.epoch().value() > floor.epoch()
                ? metadata
                : metadata.withEpoch(new MaintainerEpoch(floor.epoch() + 1));
    }

    /** Sends what is due. */
    void tick(long nowNanos) {
        if (loadWanted && !loading && nowNanos - loadAt >= 0) {
            loading = true;
            session.send(
                    new StoreRequest.Read(List.of(StorePath.FLOOR), true),
                    (floors, atFloor) -> session.send(
                            new StoreRequest.ReadAll(StorePath.Kind.CHANGEFEED, true),
                            (all, then) -> session.send(
                                    new StoreRequest.ReadAll(StorePath.Kind.PROGRESS, true),
                                    (reached, at) -> loaded(floors, all, reached, at))));
        }
        writes.values().forEach(write -> write.tick(nowNanos));
        progress.tick(nowNanos);
    }

    private void loaded(StoreAnswer floors, StoreAnswer all, StoreAnswer reached, long nowNanos) {
        loading = false;
        loadAt = nowNanos + retryNanos;
        if (over
                || !(floors instanceof Records first)
                || !(all instanceof Records second)
                || !(reached instanceof Records third)) {
            return;
        }
        loadWanted = false;
        loaded = true;
        takeFloor(first);
        Map<ChangefeedId, Stored> read = new TreeMap<>();
        second.records()
                .values()
                .forEach(stored ->
                        read.put(((Changefeed) stored.value()).metadata().changefeed(), stored));
        progress.loaded(third, read.keySet());
        known.keySet().removeIf(changefeed -> !writes.containsKey(changefeed));
        read.forEach((changefeed, stored) -> {
            if (!writes.containsKey(changefeed)) {
                known.put(changefeed, stored);
            }
        });
        handler.loaded(read.values().stream().map(this::versioned).toList());
    }

    private void takeFloor(Records records) {
        Stored stored = records.at(StorePath.FLOOR);
        floorStored = stored != null;
        if (stored != null && stored.value() instanceof Floor there) {
            floor = new Floor(Math.max(floor.epoch(), there.epoch()), Math.max(floor.version(), there.version()));
        }
    }

    private static long versionOf(@Nullable Stored stored) {
        return stored == null ? 0 : ((Changefeed) stored.value()).firstVersion() + stored.version();
    }

    private Versioned versioned(Stored stored) {
        return new Versioned(versionOf(stored), progress.applyTo(((Changefeed) stored.value()).metadata()));
    }

    /** A write until it is known what became of it. */
    private final class Write {
        private final ChangefeedId changefeed;
        private final @Nullable Stored before;
        private final @Nullable Changefeed next;
        private final long request;
        private boolean busy;
        private boolean uncertain;
        private long tryAt;

        /**
         * A write that was not sent.
         *
         * @param before what must be stored; null for nothing
         * @param next what to store; null to delete
         */
        Write(ChangefeedId changefeed, @Nullable Stored before, @Nullable Changefeed next, long request) {
            this.changefeed = changefeed;
            this.before = before;
            this.next = next;
            this.request = request;
        }

        private StorePath path() {
            return StorePath.changefeed(changefeed);
        }

        void send(long nowNanos) {
            busy = true;
            tryAt = nowNanos + retryNanos;
            List<StoreOp> ops = new ArrayList<>();
            ops.add(term.check());
            if (next == null) {
                ops.add(new StoreOp.Delete(path(), before == null ? StoreOp.ANY_VERSION : before.version()));
                ops.add(
                        floorStored
                                ? new StoreOp.Set(StorePath.FLOOR, floor, StoreOp.ANY_VERSION)
                                : new StoreOp.Create(StorePath.FLOOR, floor, false));
                floorStored = true;
            } else if (before == null) {
                ops.add(new StoreOp.Create(path(), next, false));
            } else {
                ops.add(new StoreOp.Set(path(), next, before.version()));
            }
            session.send(new StoreRequest.Commit(ops), this::answered);
        }

        void tick(long nowNanos) {
            if (!busy && nowNanos - tryAt >= 0) {
                busy = true;
                tryAt = nowNanos + retryNanos;
                session.send(new StoreRequest.Read(List.of(path(), StorePath.FLOOR), true), this::read);
            }
        }

        private void answered(StoreAnswer answer, long nowNanos) {
            busy = false;
            if (over) {
                return;
            }
            if (answer instanceof StoreAnswer.Committed) {
                end(next == null ? null : new Stored(next, before == null ? 0 : before.version() + 1, 0), true);
            } else if (answer instanceof Rejected rejected && rejected.op() == 0) {
                refused.run();
            } else if (answer instanceof Rejected rejected && rejected.op() == 1 && !uncertain) {
                known.remove(changefeed);
                end(null, false);
            } else {
                uncertain = true;
            }
        }

        private void read(StoreAnswer answer, long nowNanos) {
            busy = false;
            if (over || !(answer instanceof Records records)) {
                return;
            }
            takeFloor(records);
            Stored now = records.at(path());
            if (isOurs(now)) {
                end(now, true);
            } else if (Objects.equals(now, before)) {
                send(nowNanos);
            } else {
                end(now, false);
            }
        }

        /** Whether what is there is what this write has made of it. */
        private boolean isOurs(@Nullable Stored now) {
            return next == null ? now == null : now != null && next.equals(now.value());
        }

        private void end(@Nullable Stored now, boolean done) {
            writes.remove(changefeed);
            if (now == null) {
                known.remove(changefeed);
            } else {
                known.put(changefeed, now);
            }
            if (next == null) {
                if (done) {
                    progress.deleted(changefeed);
                }
                handler.deleted(request, done);
            } else {
                handler.stored(request, done && now != null ? Optional.of(versioned(now)) : Optional.empty());
            }
        }
    }
}
