package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A source as it was opened once, and its readers. Once it is retired they know of nothing behind where it ended: whoever takes
 * what is resolved from its successor, and what is unread from a reader of before, must not believe that nothing came in between.
 * Thread-safe.
 */
final class SourceOpening {
    private final Source source;
    /** The readers that are to be woken; each is a key of its own. */
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    private volatile long firstUnknownTs = RowReader.NONE;

    SourceOpening(Source source) {
        this.source = source;
    }

    Source source() {
        return source;
    }

    boolean isRetired() {
        return firstUnknownTs != RowReader.NONE;
    }

    /** Ends it. What is resolved does not rise any more, and nothing can be read. */
    void retire() {
        source.close();
        firstUnknownTs = source.resolvedTs() + 1;
    }

    /** Tells whoever still reads, when there is something else to read. */
    void wakeReaders() {
        waiting.forEach(Runnable::run);
    }

    private long known(long nextTs) {
        return Math.min(nextTs, firstUnknownTs);
    }

    private void refuseRetired() {
        if (isRetired()) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE, "the source has ended, and was opened again; read anew");
        }
    }

    /** So that two readers with one callback are two. */
    private Runnable waking(Runnable available) {
        Runnable own = new Runnable() {
            @Override
            public void run() {
                available.run();
            }
        };
        waiting.add(own);
        return own;
    }

    RowReader rows(TableSpan span, long startTs, LongFunction<List<TableSpan>> completeParts, Runnable available) {
        RowReader reader = source.rows(span, startTs, completeParts, available);
        Runnable waking = waking(available);
        return new RowReader() {
            @Override
            public List<RowEvent> poll(int max, long upToTs) {
                refuseRetired();
                return reader.poll(max, upToTs);
            }

            @Override
            public long nextTs() {
                return known(reader.nextTs());
            }

            @Override
            public int batchRows() {
                return reader.batchRows();
            }

            @Override
            public Optional<CompletePart> completePart() {
                return reader.completePart();
            }

            @Override
            public long endTs() {
                return reader.endTs();
            }

            @Override
            public String progress() {
                return reader.progress();
            }

            @Override
            public void close() {
                waiting.remove(waking);
                reader.close();
            }
        };
    }

    BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        BlockReader reader = source.blocks(span, startTs, partial, available);
        Runnable waking = waking(available);
        return new BlockReader() {
            @Override
            public @Nullable BlockEvent poll(long upToTs) {
                refuseRetired();
                return reader.poll(upToTs);
            }

            @Override
            public long nextTs() {
                return known(reader.nextTs());
            }

            @Override
            public void close() {
                waiting.remove(waking);
                reader.close();
            }
        };
    }

    DdlReader ddls(long startTs) {
        DdlReader reader = source.ddls(startTs);
        return new DdlReader() {
            @Override
            public List<DdlEvent> poll(long upToTs) {
                refuseRetired();
                return reader.poll(upToTs);
            }

            @Override
            public long nextTs() {
                return known(reader.nextTs());
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }
}
