package dev.maintainer.coordinator;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Requests to a store that can have several writes under way: those of different changefeeds may be. Whatever reads or deletes
 * waits until all earlier writes are answered, and everything later waits for it; so what is loaded contains what was said
 * to be stored before.
 *
 * <p>Whoever hands the answers to the coordinator tells them here first. Not thread-safe.
 */
public final class OrderedGateway implements MetadataGateway {
    /** A request that waits; {@code isWrite} if others may be under way at the same time. */
    private record Waiting(long requestId, boolean isWrite, Runnable send) {}

    private final MetadataGateway store;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Set<Long> underWay = new HashSet<>();
    private boolean exclusive;

    /**
     * Nothing is under way.
     *
     * @param store answers every request by one input, or ends
     */
    public OrderedGateway(MetadataGateway store) {
        this.store = store;
    }

    @Override
    public void load() {
        request(LOAD_REQUEST, false, store::load);
    }

    @Override
    public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
        request(requestId, true, () -> store.compareAndSet(expectedVersion, metadata, requestId));
    }

    @Override
    public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
        request(requestId, false, () -> store.delete(expectedVersion, changefeed, requestId));
    }

    private void request(long requestId, boolean isWrite, Runnable send) {
        waiting.add(new Waiting(requestId, isWrite, send));
        sendNext();
    }

    /**
     * An input that may answer a request; others are ignored, and so is an answer that has been given before.
     *
     * @param input what the coordinator is about to take
     */
    public void answered(CoordinatorInput input) {
        boolean ends = false;
        if (input instanceof CoordinatorInput.MetadataLoaded) {
            ends = underWay.remove(LOAD_REQUEST);
        } else if (input instanceof CoordinatorInput.MetadataStored stored) {
            ends = underWay.remove(stored.requestId());
        } else if (input instanceof CoordinatorInput.MetadataDeleted deleted) {
            ends = underWay.remove(deleted.requestId());
        } else if (input instanceof CoordinatorInput.MetadataFailed failed) {
            ends = underWay.remove(failed.requestId());
        }
        if (ends) {
            exclusive &= !underWay.isEmpty();
            sendNext();
        }
    }

    private void sendNext() {
        for (Waiting next = waiting.peek(); next != null && maySend(next); next = waiting.peek()) {
            waiting.remove();
            underWay.add(next.requestId());
            exclusive = !next.isWrite();
            next.send().run();
        }
    }

    private boolean maySend(Waiting next) {
        return underWay.isEmpty() || (next.isWrite() && !exclusive);
    }
}
