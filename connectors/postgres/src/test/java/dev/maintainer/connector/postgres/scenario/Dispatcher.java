package dev.maintainer.connector.postgres.scenario;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a span and writes them, as those of the product do, by the turns that a test wants. */
final class Dispatcher implements AutoCloseable {
    private static final int BATCH = 256;

    final TableSpan span;
    private final Source source;
    private final SpanWriter writer;
    private final RowReader reader;
    private final long startTs;
    private List<RowEvent> batch = List.of();
    private volatile long pendingTs = RowReader.NONE;
    private volatile boolean closed;
    private @Nullable CompletableFuture<WriteResult> running;

    Dispatcher(Source source, SpanWriter writer, TableSpan span, long startTs) {
        this.source = source;
        this.writer = writer;
        this.span = span;
        this.startTs = startTs;
        this.reader = source.rows(span, startTs, writer::completeParts, () -> {});
    }

    /** What became of the next rows; {@code DURABLE} if there are none. */
    WriteResult turn() {
        return turn(BATCH);
    }

    WriteResult turn(int most) {
        long resolved = source.resolvedTs();
        if (batch.isEmpty()) {
            pendingTs = reader.nextTs();
            batch = reader.poll(most, resolved);
        }
        if (!batch.isEmpty()) {
            WriteResult result = writer.write(batch);
            if (result != WriteResult.DURABLE) {
                return result;
            }
            batch = List.of();
            reader.completePart().ifPresent(writer::complete);
        }
        pendingTs = RowReader.NONE;
        writer.complete(checkpointTs());
        return WriteResult.DURABLE;
    }

    /** Waits until there are rows of its span, and says what became of them. */
    WriteResult turnWithRows() {
        Replication.await("rows of " + span, () -> !batch.isEmpty() || reader.nextTs() <= source.resolvedTs());
        return turn();
    }

    /** All rows up to it are in the sink. */
    long checkpointTs() {
        long resolved = source.resolvedTs();
        long unread = reader.nextTs();
        return Math.max(startTs, Math.min(resolved, Math.min(unread, pendingTs) - 1));
    }

    /** Takes turns until everything up to a position is in the sink. */
    Dispatcher follow(long ts) {
        Replication.await("the checkpoint of " + span + " to come to " + ts + ", behind " + checkpointTs(), () -> {
            WriteResult result = turn();
            if (result != WriteResult.DURABLE) {
                throw new AssertionError("the dispatcher of " + span + " is " + result);
            }
            return checkpointTs() >= ts;
        });
        return this;
    }

    /** Takes turns on a thread of its own until it is sealed or closed; what ends it otherwise is in the result. */
    CompletableFuture<WriteResult> run() {
        CompletableFuture<WriteResult> begun = CompletableFuture.supplyAsync(this::takeTurns, task -> {
            Thread thread = new Thread(task, "dispatcher");
            thread.setDaemon(true);
            thread.start();
        });
        running = begun;
        return begun;
    }

    private WriteResult takeTurns() {
        WriteResult result = WriteResult.DURABLE;
        while (result != WriteResult.SEALED && !closed) {
            result = turn();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return result;
    }

    String progress() {
        return reader.progress();
    }

    @Override
    public void close() {
        closed = true;
        CompletableFuture<WriteResult> begun = running;
        if (begun != null) {
            Replication.await("the last turn of " + span, begun::isDone);
        }
        reader.close();
    }
}
