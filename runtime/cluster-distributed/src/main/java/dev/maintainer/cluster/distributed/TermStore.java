package dev.maintainer.cluster.distributed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The metadata as the leader of one term writes it. A call waits until it is known what became of it, however long the store is
 * silent, or until the term is over. What an earlier term of the same process still wants to write is refused.
 */
final class TermStore implements MetadataStore {
    private final MetadataRequests requests;
    private final long epoch;

    TermStore(MetadataRequests requests, long epoch) {
        this.requests = requests;
        this.epoch = epoch;
    }

    @Override
    public Optional<Versioned> read(ChangefeedId changefeed) {
        return list().stream()
                .filter(each -> each.metadata().changefeed().equals(changefeed))
                .findFirst();
    }

    @Override
    public List<Versioned> list() {
        return await(requests.load(epoch));
    }

    @Override
    public Optional<Versioned> compareAndSet(long expectedVersion, ChangefeedMetadata metadata) {
        return await(requests.compareAndSet(epoch, expectedVersion, metadata));
    }

    @Override
    public void beginCompareAndSet(long expectedVersion, ChangefeedMetadata metadata, Outcome outcome) {
        var unused = requests.compareAndSet(epoch, expectedVersion, metadata).whenComplete((stored, failure) -> {
            if (failure == null) {
                outcome.stored(stored);
            } else if (failure instanceof MaintainerException refused) {
                outcome.failed(refused);
            } else {
                throw new IllegalStateException("a request for metadata has failed", failure);
            }
        });
    }

    @Override
    public boolean delete(long expectedVersion, ChangefeedId changefeed) {
        return await(requests.delete(epoch, expectedVersion, changefeed));
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MaintainerException refused) {
                throw refused;
            }
            throw new IllegalStateException("a request for metadata has failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(
                    ErrorCode.METADATA_UNAVAILABLE, "interrupted while the store was asked for metadata", e);
        }
    }
}
