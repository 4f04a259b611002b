package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.connector.postgres.reader.ConnectionSource;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** Copies that read a chunk when they are told to. */
public final class DrivenCopies {
    private static final ChunkSize SMALL = new ChunkSize(2, 6, 60, 20);

    private final List<Runnable> waiting = new ArrayList<>();
    private final TableCopies copies;

    /** Copies nothing yet. */
    public DrivenCopies(ConnectionSource connections) {
        this.copies = new TableCopies(connections, executor(), 1, SMALL);
    }

    private ScheduledExecutorService executor() {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                DrivenCopies.class.getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "schedule" -> {
                        waiting.add((Runnable) arguments[0]);
                        yield null;
                    }
                    case "shutdownNow" -> {
                        waiting.clear();
                        yield List.of();
                    }
                    case "awaitTermination" -> true;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    /** For the source. */
    public TableCopies copies() {
        return copies;
    }

    /** How many chunks wait to be read. */
    public int waiting() {
        return waiting.size();
    }

    /** Reads one of them. */
    public void read(int which) {
        waiting.remove(which).run();
    }
}
