package dev.maintainer.demo.postgres.speed;

import dev.maintainer.demo.postgres.speed.SpeedReport.Cost;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Copying a table, beside a pipe between {@code COPY TO} of one server and {@code COPY FROM} of the other one, in two ranges. */
final class SnapshotTrial implements Trial {
    private static final int RANGES = 2;
    private static final long MOST_MINUTES = 10;

    private final SpeedServers servers;
    private final SpeedOptions options;
    private final boolean halves;
    private final InsertLoad load;

    /**
     * A trial.
     *
     * @param halves whether we copy by two spans, as the pipe by two ranges
     */
    SnapshotTrial(SpeedServers servers, SpeedOptions options, boolean halves) {
        this.servers = servers;
        this.options = options;
        this.halves = halves;
        this.load = new InsertLoad(
                "copying a table, " + (halves ? "two spans" : "one span"),
                "copied",
                options.rows(),
                options.rows(),
                false,
                halves ? "0.60" : "");
    }

    @Override
    public void run(SpeedReport report) throws IOException, SQLException, RunFailedException, InterruptedException {
        String source = servers.newSource(List.of(InsertLoad.creation(load.table())));
        servers.source().execute(source, load.statements(1).toArray(String[]::new));
        servers.source().execute(source, "vacuum analyze shop." + load.table());
        List<Cost> anchor = new ArrayList<>();
        List<Cost> own = new ArrayList<>();
        for (int run = 1; run <= options.warmUps() + options.runs(); run++) {
            boolean counts = run > options.warmUps();
            for (int turn = 0; turn < 2; turn++) {
                boolean isOwn = turn == run % 2;
                Cost cost = isOwn ? replicate(source, run) : pipe(source);
                if (counts) {
                    (isOwn ? own : anchor).add(cost);
                }
            }
        }
        report.compared(load.name(), load.unit(), load.size(), anchor, own, load.target());
    }

    private Cost replicate(String source, int run) throws SQLException, RunFailedException, InterruptedException {
        String sink = servers.sink().newDatabase();
        try (OwnReplication own = new OwnReplication(
                servers, source, sink, "snapshot" + (halves ? "s" : "") + run, "n1", options.directory())) {
            own.createTables();
            ProcessorTime processor = servers.processorTime();
            ProcessorTime.Used before = processor.used();
            long began = System.nanoTime();
            if (halves) {
                own.source().tables().forEach(table -> own.beginHalves(table, load.size() / 2));
            } else {
                own.beginAll();
            }
            Patience.await(
                    "all rows to be copied", () -> own.isSound() && own.sink().rowsApplied() >= load.size());
            Cost cost = new Cost(System.nanoTime() - began, processor.used().since(before));
            requireAll(sink);
            return cost;
        }
    }

    private void requireAll(String sink) throws SQLException, RunFailedException {
        String there = SpeedServers.one(servers.sink(), sink, "select count(*) from shop." + load.table());
        if (!there.equals(Integer.toString(load.size()))) {
            throw new RunFailedException("a table of " + load.size() + " rows was copied, and the copy has " + there);
        }
    }

    private Cost pipe(String source) throws IOException, SQLException, RunFailedException, InterruptedException {
        String sink = servers.sink().newDatabase();
        servers.sink().execute(sink, "create schema shop", InsertLoad.creation(load.table()));
        List<Path> pipes = new ArrayList<>();
        for (int range = 0; range < RANGES; range++) {
            pipes.add(newPipe());
        }
        ProcessorTime processor = servers.processorTime();
        ProcessorTime.Used before = processor.used();
        long began = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(2 * RANGES);
        try {
            List<Future<?>> copies = new ArrayList<>();
            for (int range = 0; range < RANGES; range++) {
                Path pipe = pipes.get(range);
                String where = " where id >= " + (long) range * load.size() / RANGES + " and id < "
                        + (long) (range + 1) * load.size() / RANGES;
                copies.add(threads.submit(() -> servers.source()
                        .execute(source, "copy (select * from shop." + load.table() + where + ") to '" + pipe + "'")));
                copies.add(threads.submit(
                        () -> servers.sink().execute(sink, "copy shop." + load.table() + " from '" + pipe + "'")));
            }
            for (Future<?> copy : copies) {
                copy.get(MOST_MINUTES, TimeUnit.MINUTES);
            }
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new RunFailedException("COPY into COPY has failed: " + e);
        } finally {
            threads.shutdownNow();
        }
        Cost cost = new Cost(System.nanoTime() - began, processor.used().since(before));
        requireAll(sink);
        return cost;
    }

    /** Which both servers may open, whoever they run as. */
    private Path newPipe() throws IOException, RunFailedException, InterruptedException {
        Path pipe = Files.createTempDirectory(options.directory(), "pipe").resolve("rows");
        if (new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() != 0) {
            throw new RunFailedException("no pipe can be made at " + pipe);
        }
        return pipe;
    }
}
