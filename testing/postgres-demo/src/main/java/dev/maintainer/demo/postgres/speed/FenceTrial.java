package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.PostgresSinkProvider;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How long a new owner waits until the former one can commit nothing, while eight spans are written without a pause. */
final class FenceTrial implements Trial {
    private static final ChangefeedId FEED = new ChangefeedId("fenced");
    private static final int WRITERS = 8;
    private static final int BATCH = 100;
    private static final long PAUSE_MILLIS = 5;

    private final SpeedServers servers;
    private final SpeedOptions options;
    private final AtomicLong accepted = new AtomicLong(1);
    private final AtomicLong batches = new AtomicLong();
    private volatile boolean stopped;

    FenceTrial(SpeedServers servers, SpeedOptions options) {
        this.servers = servers;
        this.options = options;
    }

    private MaintainerEpoch epoch() {
        return new MaintainerEpoch(accepted.get());
    }

    @Override
    public void run(SpeedReport report) throws SQLException, RunFailedException, InterruptedException {
        ConnectorAddress address =
                SpeedServers.address(servers.sink(), servers.sink().newDatabase());
        TreeMap<String, String> settings = new TreeMap<>();
        settings.put("connections", Integer.toString(WRITERS));
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (Sink sink = new PostgresSinkProvider().open(address, settings, FEED, "nothing");
                Sink next = new PostgresSinkProvider().open(address, settings, FEED, "nothing")) {
            sink.fence(FEED, epoch());
            List<DdlEvent> ddls = new ArrayList<>();
            for (int i = 1; i <= WRITERS + 1; i++) {
                TableInfo table = new TableInfo(new TableId(i), new SchemaId(1), new TableName("shop", "t" + i), true);
                ddls.add(DdlEvent.createTable(1, i, table, null));
            }
            var unused = sink.open(TableSpan.DDL, new DispatcherId(0, 1), epoch(), this::epoch)
                    .writeDdls(ddls);
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 1; i <= WRITERS; i++) {
                TableId table = new TableId(i);
                SpanWriter writer = sink.open(TableSpan.whole(table), new DispatcherId(1, i), epoch(), this::epoch);
                writing.add(threads.submit(() -> write(writer, table)));
            }
            Patience.await("all to write", () -> batches.get() > 20L * WRITERS || isOver(writing));
            List<Long> connecting = fences(next, null);
            TableId written = new TableId(WRITERS + 1L);
            List<Long> connected =
                    fences(next, next.open(TableSpan.whole(written), new DispatcherId(2, 1), epoch(), this::epoch));
            stopped = true;
            for (Future<?> each : writing) {
                each.get(1, TimeUnit.MINUTES);
            }
            report.durations(
                    "fence under " + WRITERS + " writers, by a node that writes, too", connected, "99 % in 50 ms");
            report.durations("the same by a node that has to connect first", connecting, "");
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new RunFailedException("a writer has failed: " + e);
        } finally {
            stopped = true;
            threads.shutdownNow();
        }
    }

    /**
     * How long fences take.
     *
     * @param next sink of the next owner
     * @param writer what the node of that one writes with before each of them, and so has a connection; null if it has none
     */
    private List<Long> fences(Sink next, @Nullable SpanWriter writer) throws InterruptedException {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < options.fences(); i++) {
            if (writer != null) {
                RowEvent row =
                        new RowEvent(10 + i, new TableId(WRITERS + 1L), RowEvent.Op.U, "key", "{\"at\":" + i + "}");
                var unused = writer.write(List.of(row));
            }
            long began = System.nanoTime();
            MaintainerEpoch later = new MaintainerEpoch(accepted.get() + 1);
            next.fence(FEED, later);
            took.add(System.nanoTime() - began);
            accepted.set(later.value());
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return took;
    }

    private static boolean isOver(List<Future<?>> writing) {
        return writing.stream().anyMatch(Future::isDone);
    }

    private void write(SpanWriter writer, TableId table) {
        for (long ts = 10; !stopped; ts++) {
            List<RowEvent> rows = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                rows.add(new RowEvent(ts, table, RowEvent.Op.U, "key " + i, "{\"at\":" + ts + "}"));
            }
            var unused = writer.write(rows);
            batches.incrementAndGet();
        }
    }
}
