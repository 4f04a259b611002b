package dev.maintainer.simulator.membership;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreValue.Cluster;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The store as it really is: one history of states. Reads that need not be fresh are answered with a state of up to half a
 * second ago, but never with an older one than the session has seen before.
 */
public final class ModelStore {
    /** Hears of every state. */
    public interface Observer {
        /**
         * A transaction is durable, or a session has ended.
         *
         * @param session whose transaction it was, or which one has ended
         * @param ops its parts; empty if the session has ended
         */
        void committed(long session, List<StoreOp> ops, Map<StorePath, Stored> before, Map<StorePath, Stored> after);
    }

    private static final long LAG = 500;

    private record State(long at, long index, NavigableMap<StorePath, Stored> records) {}

    private final Timeline timeline;
    private final Observer observer;
    private final List<State> states = new ArrayList<>();
    private final Map<Long, Long> seen = new HashMap<>();
    private long sessions;

    /** A store of a cluster in which nothing has happened. */
    public ModelStore(Timeline timeline, Observer observer) {
        this.timeline = timeline;
        this.observer = observer;
        TreeMap<StorePath, Stored> initialised = new TreeMap<>();
        initialised.put(StorePath.CLUSTER, new Stored(new Cluster("world", "id", 0, 1), 0, Stored.NO_SESSION));
        states.add(new State(timeline.now(), 0, initialised));
    }

    /** A new session. */
    long open() {
        long session = ++sessions;
        seen.put(session, 0L);
        return session;
    }

    boolean isOpen(long session) {
        return seen.containsKey(session);
    }

    /** What belonged to the session is gone, and nothing of it takes effect any more. */
    void end(long session) {
        if (seen.remove(session) != null) {
            NavigableMap<StorePath, Stored> next = new TreeMap<>(latest());
            next.values().removeIf(stored -> stored.session() == session);
            append(session, List.of(), next);
        }
    }

    /** What is durable of a changefeed, whichever record says it. */
    public Optional<ChangefeedMetadata> metadata(ChangefeedId changefeed) {
        return Optional.ofNullable(CheckpointTruth.durable(latest(), changefeed));
    }

    NavigableMap<StorePath, Stored> latest() {
        return last().records();
    }

    private State last() {
        return states.get(states.size() - 1);
    }

    private void append(long session, List<StoreOp> ops, NavigableMap<StorePath, Stored> next) {
        Map<StorePath, Stored> before = latest();
        states.add(new State(timeline.now(), last().index() + 1, next));
        while (states.size() > 1 && states.get(1).at() < timeline.now() - LAG) {
            states.remove(0);
        }
        observer.committed(session, ops, before, next);
    }

    /** The answer to a request of an open session, which takes effect now. */
    StoreAnswer answer(long session, StoreRequest request) {
        if (request instanceof StoreRequest.Commit commit) {
            StoreAnswer answer = commit(session, commit);
            seen.put(session, last().index());
            return answer;
        }
        if (request instanceof StoreRequest.Read read) {
            State state = state(session, read.fresh());
            NavigableMap<StorePath, Stored> found = new TreeMap<>();
            read.paths().forEach(path -> {
                Stored stored = state.records().get(path);
                if (stored != null) {
                    found.put(path, stored);
                }
            });
            return new StoreAnswer.Records(found);
        }
        StoreRequest.ReadAll all = (StoreRequest.ReadAll) request;
        NavigableMap<StorePath, Stored> found =
                new TreeMap<>(state(session, all.fresh()).records());
        found.keySet().removeIf(path -> path.kind() != all.kind());
        return new StoreAnswer.Records(found);
    }

    private State state(long session, boolean fresh) {
        State state = last();
        if (!fresh) {
            long oldest = Math.max(seen.getOrDefault(session, 0L), last().index() - timeline.below(states.size()));
            state = states.stream()
                    .filter(each -> each.index() >= oldest)
                    .findFirst()
                    .orElse(state);
        }
        seen.put(session, state.index());
        return state;
    }

    private StoreAnswer commit(long session, StoreRequest.Commit commit) {
        NavigableMap<StorePath, Stored> next = new TreeMap<>(latest());
        List<StoreOp> ops = commit.ops();
        for (int i = 0; i < ops.size(); i++) {
            Reason reason = apply(ops.get(i), session, next);
            if (reason != null) {
                return new StoreAnswer.Rejected(i, reason);
            }
        }
        append(session, ops, next);
        return new StoreAnswer.Committed();
    }

    private static @Nullable Reason apply(StoreOp op, long session, NavigableMap<StorePath, Stored> records) {
        Stored stored = records.get(op.path());
        if (op instanceof StoreOp.Create create) {
            if (stored != null) {
                return Reason.RECORD_EXISTS;
            }
            records.put(op.path(), new Stored(create.value(), 0, create.ephemeral() ? session : Stored.NO_SESSION));
            return null;
        }
        if (stored == null) {
            return Reason.NO_RECORD;
        }
        if (op instanceof StoreOp.Set set) {
            if (isOther(stored, set.version())) {
                return Reason.OTHER_VERSION;
            }
            records.put(op.path(), new Stored(set.value(), stored.version() + 1, stored.session()));
        } else if (op instanceof StoreOp.Delete delete) {
            if (isOther(stored, delete.version())) {
                return Reason.OTHER_VERSION;
            }
            records.remove(op.path());
        } else if (op instanceof StoreOp.Check check && isOther(stored, check.version())) {
            return Reason.OTHER_VERSION;
        }
        return null;
    }

    private static boolean isOther(Stored stored, int version) {
        return version != StoreOp.ANY_VERSION && version != stored.version();
    }
}
