package dev.maintainer.cluster.distributed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.ChangefeedRecords;
import dev.maintainer.membership.LeaderTerm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings the requests of a leader to its records, on the thread of the store, and the answers back. */
final class MetadataRequests implements ChangefeedRecords.Handler {
    private final Executor loop;
    private final Supplier<@Nullable ChangefeedRecords> records;
    private final Map<Long, CompletableFuture<Optional<Versioned>>> writes = new HashMap<>();
    private final Map<Long, CompletableFuture<Boolean>> deletions = new HashMap<>();
    private List<CompletableFuture<List<Versioned>>> loads = new ArrayList<>();
    private long leaderEpoch;
    private long numbers;

    /** @param records those of the present term, on the thread of the store; null if this process does not lead */
    MetadataRequests(Executor loop, Supplier<@Nullable ChangefeedRecords> records) {
        this.loop = loop;
        this.records = records;
    }

    /** A term has begun. */
    void begin(LeaderTerm term) {
        leaderEpoch = term.epoch();
    }

    /** The term is over: whoever waits for an answer hears that, and that a write may have been stored. */
    void end() {
        leaderEpoch = 0;
        writes.values().forEach(each -> each.completeExceptionally(over()));
        writes.clear();
        deletions.values().forEach(each -> each.completeExceptionally(over()));
        deletions.clear();
        loads.forEach(each -> each.completeExceptionally(over()));
        loads = new ArrayList<>();
    }

    CompletableFuture<List<Versioned>> load(long epoch) {
        CompletableFuture<List<Versioned>> answer = new CompletableFuture<>();
        loop.execute(() -> {
            ChangefeedRecords present = of(epoch);
            if (present == null) {
                answer.completeExceptionally(over());
                return;
            }
            loads.add(answer);
            present.load();
        });
        return answer;
    }

    CompletableFuture<Optional<Versioned>> compareAndSet(long epoch, long version, ChangefeedMetadata metadata) {
        CompletableFuture<Optional<Versioned>> answer = new CompletableFuture<>();
        loop.execute(() -> {
            ChangefeedRecords present = of(epoch);
            if (present == null) {
                answer.completeExceptionally(over());
                return;
            }
            long number = ++numbers;
            writes.put(number, answer);
            present.compareAndSet(version, metadata, number, System.nanoTime());
        });
        return answer;
    }

    CompletableFuture<Boolean> delete(long epoch, long version, ChangefeedId changefeed) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        loop.execute(() -> {
            ChangefeedRecords present = of(epoch);
            if (present == null) {
                answer.completeExceptionally(over());
                return;
            }
            long number = ++numbers;
            deletions.put(number, answer);
            present.delete(version, changefeed, number, System.nanoTime());
        });
        return answer;
    }

    private @Nullable ChangefeedRecords of(long epoch) {
        return epoch == leaderEpoch ? records.get() : null;
    }

    private static MaintainerException over() {
        return new MaintainerException(
                ErrorCode.METADATA_UNAVAILABLE,
                "this node does not lead any more, so it writes no metadata; the next leader goes on");
    }

    @Override
    public void loaded(List<Versioned> all) {
        List<CompletableFuture<List<Versioned>>> waiting = loads;
        loads = new ArrayList<>();
        waiting.forEach(each -> each.complete(all));
    }

    @Override
    public void stored(long request, Optional<Versioned> stored) {
        CompletableFuture<Optional<Versioned>> answer = writes.remove(request);
        if (answer != null) {
            answer.complete(stored);
        }
    }

    @Override
    public void deleted(long request, boolean deleted) {
        CompletableFuture<Boolean> answer = deletions.remove(request);
        if (answer != null) {
            answer.complete(deleted);
        }
    }
}
