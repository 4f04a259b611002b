package dev.maintainer.membership;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.membership.store.Stored;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;

/** A session whose answers a test gives by hand, one after the other. */
final class FakeStore implements StoreSession {
    private record Asked(StoreRequest request, AnswerHandler handler) {}

    private final long id;
    private final Deque<Asked> asked = new ArrayDeque<>();

    FakeStore(long id) {
        this.id = id;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public void send(StoreRequest request, AnswerHandler handler) {
        asked.add(new Asked(request, handler));
    }

    /** The oldest request that was not answered. */
    StoreRequest next() {
        return asked.element().request();
    }

    boolean isIdle() {
        return asked.isEmpty();
    }

    /** Answers the oldest request. */
    void answer(StoreAnswer answer, long nowNanos) {
        asked.remove().handler().answered(answer, nowNanos);
    }

    /** Records that are there, each with its value, version and session. */
    static StoreAnswer.Records records(Object... pathsAndStored) {
        TreeMap<StorePath, Stored> records = new TreeMap<>();
        for (int i = 0; i < pathsAndStored.length; i += 2) {
            records.put((StorePath) pathsAndStored[i], (Stored) pathsAndStored[i + 1]);
        }
        return new StoreAnswer.Records(records);
    }

    static Stored stored(StoreValue value, int version) {
        return new Stored(value, version, Stored.NO_SESSION);
    }
}
