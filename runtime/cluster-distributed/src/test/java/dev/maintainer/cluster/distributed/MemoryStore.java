package dev.maintainer.cluster.distributed;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreConnection;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue.Cluster;
import dev.maintainer.membership.store.Stored;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A store in memory, for processes of one test. It can be silent, which loses answers, and end sessions. */
final class MemoryStore {
    private final TreeMap<StorePath, Stored> records = new TreeMap<>();
    private long sessions;
    private boolean silent;
    private long progressWrites;
    private boolean losing;

    /** From now on requests have no answer, and take no effect. */
    /** How often records of progress were written. */
    synchronized long progressWrites() {
        return progressWrites;
    }

    synchronized void silent(boolean now) {
        silent = now;
    }

    /** As somebody has initialised it. */
    synchronized void initialise(Cluster cluster) {
        records.put(StorePath.CLUSTER, new Stored(cluster, 0, Stored.NO_SESSION));
    }

    synchronized Map<StorePath, Stored> records() {
        return new TreeMap<>(records);
    }

    private synchronized long begin() {
        return ++sessions;
    }

    private synchronized void end(long session) {
        records.values().removeIf(stored -> stored.session() == session);
    }

    /** The next registration is lost, and so is the answer to it. */
    synchronized void loseNextRegistration() {
        losing = true;
    }

    private synchronized StoreAnswer answer(long session, StoreRequest request) {
        if (silent) {
            return new StoreAnswer.Unknown();
        }
        if (losing
                && request instanceof StoreRequest.Commit registering
                && registering.ops().get(0).path().kind() == StorePath.Kind.MEMBER) {
            losing = false;
            return new StoreAnswer.Unknown();
        }
        if (request instanceof StoreRequest.Commit commit) {
            TreeMap<StorePath, Stored> next = new TreeMap<>(records);
            for (int i = 0; i < commit.ops().size(); i++) {
                Reason reason = apply(commit.ops().get(i), session, next);
                if (reason != null) {
                    return new StoreAnswer.Rejected(i, reason);
                }
            }
            records.clear();
            records.putAll(next);
            progressWrites += commit.ops().stream()
                    .filter(op -> op.path().kind() == StorePath.Kind.PROGRESS)
                    .count();
            return new StoreAnswer.Committed();
        }
        TreeMap<StorePath, Stored> found = new TreeMap<>(records);
        if (request instanceof StoreRequest.Read read) {
            found.keySet().retainAll(read.paths());
        } else if (request instanceof StoreRequest.ReadAll all) {
            found.keySet().removeIf(path -> path.kind() != all.kind());
        }
        return new StoreAnswer.Records(found);
    }

    private static @Nullable Reason apply(StoreOp op, long session, Map<StorePath, Stored> records) {
        Stored stored = records.get(op.path());
        if (op instanceof StoreOp.Create create) {
            records.put(op.path(), new Stored(create.value(), 0, create.ephemeral() ? session : Stored.NO_SESSION));
            return stored == null ? null : Reason.RECORD_EXISTS;
        }
        if (stored == null) {
            return Reason.NO_RECORD;
        }
        if (op instanceof StoreOp.Set set) {
            records.put(op.path(), new Stored(set.value(), stored.version() + 1, stored.session()));
            return isOther(stored, set.version()) ? Reason.OTHER_VERSION : null;
        }
        if (op instanceof StoreOp.Delete delete) {
            records.remove(op.path());
            return isOther(stored, delete.version()) ? Reason.OTHER_VERSION : null;
        }
        return op instanceof StoreOp.Check check && isOther(stored, check.version()) ? Reason.OTHER_VERSION : null;
    }

    private static boolean isOther(Stored stored, int version) {
        return version != StoreOp.ANY_VERSION && version != stored.version();
    }

    /** The connection of one process. */
    final class Connection implements StoreConnection {
        private volatile @Nullable Session session;
        private volatile @Nullable Executor loop;
        private volatile @Nullable Listener listener;

        @Override
        public void start(Executor executor, Listener hears) {
            loop = executor;
            listener = hears;
            open(executor, hears);
        }

        private void open(Executor executor, Listener hears) {
            Session begun = new Session(begin(), executor);
            session = begun;
            executor.execute(() -> hears.sessionBegun(begun, System.nanoTime()));
        }

        /** The store ends the session, as after a long silence; the process has another one at once. */
        void expire() {
            Session ended = session;
            Executor executor = loop;
            Listener hears = listener;
            if (ended != null && executor != null && hears != null) {
                ended.over = true;
                end(ended.id);
                executor.execute(() -> hears.sessionEnded(System.nanoTime()));
                open(executor, hears);
            }
        }

        @Override
        public boolean isConnected() {
            return !silent;
        }

        @Override
        public void close() {
            Session last = session;
            if (last != null) {
                last.over = true;
                end(last.id);
            }
        }
    }

    private final class Session implements StoreSession {
        private final long id;
        private final Executor executor;
        private volatile boolean over;

        Session(long id, Executor executor) {
            this.id = id;
            this.executor = executor;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public void send(StoreRequest request, AnswerHandler handler) {
            StoreAnswer answer = over ? new StoreAnswer.Unknown() : answer(id, request);
            executor.execute(() -> handler.answered(answer, System.nanoTime()));
        }
    }
}
