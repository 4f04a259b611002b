package dev.maintainer.process.cluster;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a log that is replicated meanwhile, at a steady pace until it is told to finish: tables that are created at the
 * beginning, one more now and then, and transactions of one row that insert, update and delete. A thread of its own writes.
 * Thread-safe.
 */
public final class Load implements AutoCloseable {
    private static final long STEP_MILLIS = 50;
    /** Tables at first, if nothing else is said. */
    static final int TABLES = 40;

    /** There is another table after so many events, and at most one a second. */
    private static final int EVENTS_PER_TABLE = 1_000;

    /** With tables that do not stay there is another one after so many steps. */
    private static final int STEPS_PER_BRIEF_TABLE = 10;

    private static final long FIRST_TS = 1_000_000;
    /** Rows that were inserted so many events ago are updated, and twice as many ago deleted. */
    private static final int AGE = 600;

    private final Path file;
    private final int step;
    private final int tablesAtFirst;
    private final boolean drops;
    private final int eventsPerTable;
    /** When everything up to a commit time was in the file. */
    private final ConcurrentSkipListMap<Long, Long> writtenAt = new ConcurrentSkipListMap<>();

    private final Thread writer;
    private volatile boolean ended;
    private volatile @Nullable IOException failed;
    private long ts = FIRST_TS;
    private int tables;
    private int events;
    private int steps;

    private Load(Path file, int step, int tablesAtFirst, boolean drops) {
        this.drops = drops;
        this.file = file;
        this.tablesAtFirst = tablesAtFirst;
        this.step = step;
        this.eventsPerTable = Math.max(EVENTS_PER_TABLE, step * (int) (1_000 / STEP_MILLIS));
        this.writer = new Thread(this::write, "load");
        writer.setDaemon(true);
    }

    /**
     * Begins.
     *
     * @param file must not exist
     * @param step how many events in 50 ms
     * @param tables how many there are at first
     * @param drops whether there are tables besides that are dropped half a second later
     */
    static Load begin(Path file, int step, int tables, boolean drops) throws IOException {
        Load load = new Load(file, step, tables, drops);
        load.grow();
        load.writer.start();
        return load;
    }

    private void write() {
        try {
            while (!ended) {
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
                grow();
            }
        } catch (IOException e) {
            failed = e;
        } catch (InterruptedException e) {
            ended = true;
        }
    }

    private void grow() throws IOException {
        try (Writer out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (tables < tablesAtFirst + events / eventsPerTable) {
                out.write("{\"commitTs\":%d,\"ddl\":\"CREATE_TABLE\",\"schema\":\"shop\",\"table\":\"t%d\"}\n"
                        .formatted(++ts, ++tables));
            }
            for (int i = 0; i < step; i++) {
                out.write(event(events++));
            }
            if (drops && steps++ % STEPS_PER_BRIEF_TABLE == 0) {
                out.write(briefTable(steps / STEPS_PER_BRIEF_TABLE));
            }
            out.write("{\"type\":\"resolved\",\"ts\":%d}\n".formatted(ts));
        }
        writtenAt.put(ts, System.nanoTime());
    }

    /** One comes, gets a row right away, and the one before gets another one and goes. */
    private String briefTable(int number) {
        String former = number == 0
                ? ""
                : briefRow(number - 1)
                        + "{\"commitTs\":%d,\"ddl\":\"DROP_TABLE\",\"schema\":\"shop\",\"table\":\"b%d\"}\n"
                                .formatted(++ts, number - 1);
        return former
                + "{\"commitTs\":%d,\"ddl\":\"CREATE_TABLE\",\"schema\":\"shop\",\"table\":\"b%d\"}\n"
                        .formatted(++ts, number)
                + briefRow(number);
    }

    private String briefRow(int table) {
        return "{\"commitTs\":%1$d,\"op\":\"I\",\"schema\":\"shop\",\"table\":\"b%2$d\",\"key\":\"%1$d\",\"row\":{\"value\":\"1\"}}\n"
                .formatted(++ts, table);
    }

    /** A third of all inserts; what is updated and deleted has been inserted before, in the same table. */
    private String event(int number) {
        int row = number / 3;
        return switch (number % 3) {
            case 1 -> row < AGE ? row('I', -row - 1, number) : row('U', row - AGE, number);
            case 2 -> row < 2 * AGE ? row('I', -row - 2 * AGE, number) : row('D', row - 2 * AGE, number);
            default -> row('I', row, number);
        };
    }

    private String row(char operation, int key, int value) {
        String content =
                operation == 'D' ? "" : ",\"row\":{\"value\":\"%d\",\"text\":\"some text of a row\"}".formatted(value);
        return "{\"commitTs\":%d,\"op\":\"%s\",\"schema\":\"shop\",\"table\":\"t%d\",\"key\":\"%d\"%s}\n"
                .formatted(++ts, operation, 1 + Math.floorMod(key, tablesAtFirst), key, content);
    }

    /** {@return how many tables there are at first} */
    int tablesAtFirst() {
        return tablesAtFirst;
    }

    /** {@return the commit time after which all tables of the beginning are there; nothing else is} */
    public long tablesTs() {
        return FIRST_TS + tablesAtFirst;
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

    /** Writes nothing any more, and returns the last commit time. */
    public long finish() throws IOException, InterruptedException {
        ended = true;
        writer.join(TimeUnit.SECONDS.toMillis(20));
        IOException cause = failed;
        if (cause != null || writer.isAlive()) {
            throw new IOException("the log could not be written to its end", cause);
        }
        return resolvedTs();
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        writer.join(TimeUnit.SECONDS.toMillis(10));
    }
}
