package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A source that is opened again after it has ended ({@link Source#check}), such as a log that somebody has mended. Whoever reads
 * it when it ends is told so, and reads anew; until it can be read as far as it was before, it cannot be read at all, so
 * that what is resolved never goes back. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ReopenedSource implements Source {
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 30_000;
    private static final int MOST_DOUBLINGS = 6;

    private final LongFunction<Source> opening;
    private final Executor threads;
    private final LongSupplier nanoTime;
    private final String identity;
    private final long startTs;

    private final Object lock = new Object();
    private volatile SourceOpening present;
    /** Why the present one is retired; null if it is not. */
    private volatile @Nullable MaintainerException end;

    private volatile boolean closed;
    /** What was opened in place of it, and is not read as far yet. */
    private volatile @Nullable Source next;

    private boolean isOpening;
    private @Nullable MaintainerException problem;
    private int tries;
    private long retryAt;
    private long retainedTs;

    /**
     * Opens the source.
     *
     * @param opening opens it, now and again, for what was committed after a position
     * @param historyAfter what was committed up to this position will not be requested; 0 if everything may be
     * @param threads on which it is opened again
     * @param nanoTime a clock
     * @throws MaintainerException as {@code opening} does
     */
    public ReopenedSource(LongFunction<Source> opening, long historyAfter, Executor threads, LongSupplier nanoTime)
            throws MaintainerException {
        this.opening = opening;
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.retainedTs = historyAfter;
        Source first = opening.apply(historyAfter);
        this.present = new SourceOpening(first);
        this.identity = first.identity();
        this.startTs = first.startTs();
    }

    /** The source, if it can be read; otherwise it is opened again, unless that has just failed. */
    private SourceOpening readable() {
        SourceOpening opening = present;
        MaintainerException ended = end;
        if (!opening.isRetired() || ended == null) {
            try {
                opening.source().check();
                dropNext();
                return opening;
            } catch (MaintainerException e) {
                ended = e;
            }
        }
        return replacement(opening, ended);
    }

    /** It can be read again by itself. */
    private void dropNext() {
        if (next == null) {
            return;
        }
        Source needless;
        synchronized (lock) {
            needless = next;
            next = null;
        }
        if (needless != null) {
            needless.close();
        }
    }

    private SourceOpening replacement(SourceOpening former, MaintainerException ended) {
        SourceOpening replaced;
        synchronized (lock) {
            if (closed || present != former) {
                throw ended;
            }
            Source candidate = next;
            if (candidate == null) {
                openLater();
                throw problem == null ? ended : again(problem);
            }
            try {
                candidate.check();
            } catch (MaintainerException e) {
                next = null;
                candidate.close();
                failed(e);
                throw e;
            }
            refuseBehind(candidate, former, ended);
            if (!former.isRetired()) {
                // It may have got over it just now: from here on it is over, and what it has resolved until then
                // counts.
                end = ended;
                former.retire();
                refuseBehind(candidate, former, ended);
            }
            replaced = new SourceOpening(candidate);
            present = replaced;
            end = null;
            next = null;
            problem = null;
            tries = 0;
        }
        former.wakeReaders();
        return replaced;
    }

    private static void refuseBehind(Source candidate, SourceOpening former, MaintainerException ended) {
        long reached = candidate.resolvedTs();
        long wanted = former.source().resolvedTs();
        if (reached < wanted) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "the source was opened again after it had ended (" + ended.getMessage() + "), and is read up to "
                            + reached + " of " + wanted + "; ask again");
        }
    }

    private static MaintainerException again(MaintainerException known) {
        return new MaintainerException(known.code(), String.valueOf(known.getMessage()), known);
    }

    private void openLater() {
        if (isOpening || nanoTime.getAsLong() - retryAt < 0) {
            return;
        }
        isOpening = true;
        try {
            threads.execute(this::openAgain);
        } catch (RejectedExecutionException e) {
            isOpening = false;
        }
    }

    private void openAgain() {
        Source opened = null;
        MaintainerException failure = null;
        long needed;
        synchronized (lock) {
            needed = retainedTs;
        }
        try {
            opened = opening.apply(needed);
            if (!opened.identity().equals(identity)) {
                failure = new MaintainerException(
                        ErrorCode.SOURCE_HISTORY_LOST,
                        "the source is another one now: it is '" + opened.identity() + "', and was '" + identity
                                + "'; put the former one back, or create the changefeed anew");
            }
        } catch (MaintainerException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE, "the source cannot be opened again: " + e + "; it is tried again", e);
        }
        boolean kept = false;
        synchronized (lock) {
            isOpening = false;
            if (opened != null && failure == null && !closed) {
                opened.retainAfter(retainedTs);
                next = opened;
                kept = true;
            } else if (failure != null) {
                failed(failure);
            }
        }
        if (opened != null && !kept) {
            opened.close();
        }
    }

    private void failed(MaintainerException cause) {
        problem = cause;
        tries++;
        long wait = Math.min(FIRST_MILLIS << Math.min(tries - 1, MOST_DOUBLINGS), LONGEST_MILLIS);
        retryAt = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(wait);
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public long startTs() {
        return startTs;
    }

    @Override
    public long resolvedTs() {
        return present.source().resolvedTs();
    }

    @Override
    public SchemaSnapshot tablesAt(long ts) {
        return readable().source().tablesAt(ts);
    }

    @Override
    public List<TableInfo> tables() {
        return present.source().tables();
    }

    @Override
    public Optional<TableInfo> table(TableId table) {
        return present.source().table(table);
    }

    @Override
    public boolean hasKey(TableId table) {
        return present.source().hasKey(table);
    }

    @Override
    public void check() {
        SourceOpening unused = readable();
    }

    @Override
    public RowReader rows(TableSpan span, long startTs, Runnable available) {
        return rows(span, startTs, ts -> List.of(), available);
    }

    @Override
    public RowReader rows(
            TableSpan span, long startTs, LongFunction<List<TableSpan>> completeParts, Runnable available) {
        return readable().rows(span, startTs, completeParts, available);
    }

    @Override
    public DdlReader ddls(long startTs) {
        return readable().ddls(startTs);
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        return readable().blocks(span, startTs, partial, available);
    }

    @Override
    public long wallMillis(long ts) {
        return present.source().wallMillis(ts);
    }

    @Override
    public SpanWork work(TableSpan span) {
        return present.source().work(span);
    }

    @Override
    public List<SpanBound> cuts(TableSpan span, int parts) {
        return present.source().cuts(span, parts);
    }

    @Override
    public void retainAfter(long checkpointTs) {
        synchronized (lock) {
            retainedTs = Math.max(retainedTs, checkpointTs);
            Source waiting = next;
            if (waiting != null) {
                waiting.retainAfter(checkpointTs);
            }
        }
        present.source().retainAfter(checkpointTs);
    }

    @Override
    public void release(ChangefeedId changefeed) {
        present.source().release(changefeed);
    }

    @Override
    public void close() {
        Source waiting;
        synchronized (lock) {
            closed = true;
            waiting = next;
            next = null;
        }
        if (waiting != null) {
            waiting.close();
        }
        present.source().close();
    }
}
