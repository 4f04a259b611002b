package dev.maintainer.process.cluster;

import dev.maintainer.node.demo.GrowingLog;
import dev.maintainer.node.run.SampleLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of the sample into a log that is replicated meanwhile, at a steady pace; the last ones only when somebody
 * says that it is time. A thread of its own writes. Thread-safe.
 */
public final class Load implements AutoCloseable {
    private static final long STEP_MILLIS = 50;
    /** Kept back for the end, so that the checkpoint still has something to arrive at then. */
    private static final int LAST = 200;

    private final Path file;
    private final GrowingLog log;
    private final int step;
    /** When everything up to a commit time was in the file. */
    private final ConcurrentSkipListMap<Long, Long> writtenAt = new ConcurrentSkipListMap<>();

    private final Thread writer;
    private volatile boolean finishing;
    private volatile boolean closed;
    private volatile @Nullable IOException failed;

    private Load(Path file, GrowingLog log, int step) {
        this.file = file;
        this.log = log;
        this.step = step;
        this.writer = new Thread(this::write, "load");
        writer.setDaemon(true);
    }

    /**
     * Begins.
     *
     * @param file must not exist
     * @param step how many events in 50 ms
     */
    static Load begin(Path file, int step) throws IOException {
        try (InputStream sample = SampleLog.open()) {
            Load load = new Load(file, GrowingLog.of(sample, file), step);
            load.grow(step);
            load.writer.start();
            return load;
        }
    }

    private void write() {
        try {
            while (!closed && !log.isComplete()) {
                if (finishing) {
                    grow(10 * step);
                } else if (log.written() + LAST < log.size()) {
                    grow(step);
                }
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        } catch (IOException e) {
            failed = e;
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void grow(int events) throws IOException {
        log.grow(events);
        writtenAt.put(log.resolvedTs(), System.nanoTime());
    }

    /** {@return the log} */
    public Path file() {
        return file;
    }

    /** {@return up to where everything is in the log} */
    public long resolvedTs() {
        return writtenAt.lastKey();
    }

    /** {@return for how long something has been in the log that a checkpoint does not cover} */
    public Duration lag(long checkpointTs) {
        Map.Entry<Long, Long> missing = writtenAt.higherEntry(checkpointTs);
        return missing == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - missing.getValue());
    }

    /** Writes all that is left, and returns the last commit time. */
    public long finish() throws IOException, InterruptedException {
        finishing = true;
        writer.join(TimeUnit.SECONDS.toMillis(60));
        IOException cause = failed;
        if (cause != null || !log.isComplete()) {
            throw new IOException("the log could not be written to its end", cause);
        }
        return resolvedTs();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        writer.join(TimeUnit.SECONDS.toMillis(10));
    }
}
