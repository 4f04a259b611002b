package dev.maintainer.cluster.distributed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.TermRecords;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Brings the requests of a leader to its records, on the thread of the store, and the answers back. Thread-safe. */
final class MetadataRequests {
    private final Executor loop;
    private final TermRecords records;

    /** @param records on the thread of the store, which is {@code loop} */
    MetadataRequests(Executor loop, TermRecords records) {
        this.loop = loop;
        this.records = records;
    }

    CompletableFuture<List<Versioned>> load(long epoch) {
        Answer<List<Versioned>> answer = new Answer<>();
        loop.execute(() -> records.load(epoch, answer));
        return answer.future;
    }

    CompletableFuture<Optional<Versioned>> compareAndSet(long epoch, long version, ChangefeedMetadata metadata) {
        Answer<Optional<Versioned>> answer = new Answer<>();
        loop.execute(() -> records.compareAndSet(epoch, version, metadata, System.nanoTime(), answer));
        return answer.future;
    }

    CompletableFuture<Boolean> delete(long epoch, long version, ChangefeedId changefeed) {
        Answer<Boolean> answer = new Answer<>();
        loop.execute(() -> records.delete(epoch, version, changefeed, System.nanoTime(), answer));
        return answer.future;
    }

    /** What whoever waits for it gets. */
    private static final class Answer<T> implements TermRecords.Reply<T> {
        private final CompletableFuture<T> future = new CompletableFuture<>();

        @Override
        public void answered(T answer) {
            future.complete(answer);
        }

        @Override
        public void over() {
            future.completeExceptionally(new MaintainerException(
                    ErrorCode.METADATA_UNAVAILABLE,
                    "this node does not lead any more, so it writes no metadata; the next leader goes on"));
        }
    }
}
