package dev.maintainer.demo.postgres.speed;

import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Many tables, of which a hundredth is busy. */
final class ManyTablesTrial implements Trial {
    private static final int SHARE = 100;
    private static final int ROWS = 1_000;
    private static final int A_TRANSACTION = 10;
    private static final int TOGETHER = 500;
    /** Idle tables cost so little that it takes a while to see it. */
    private static final int TABLES_OF_A_SECOND = 1_000;

    private final SpeedServers servers;
    private final SpeedOptions options;

    ManyTablesTrial(SpeedServers servers, SpeedOptions options) {
        this.servers = servers;
        this.options = options;
    }

    @Override
    public void run(SpeedReport report) throws IOException, SQLException, RunFailedException, InterruptedException {
        String source = servers.newSource(List.of());
        for (int first = 0; first < options.tables(); first += TOGETHER) {
            servers.source()
                    .execute(
                            source,
                            "do $$ begin for i in " + first + ".."
                                    + (Math.min(options.tables(), first + TOGETHER) - 1)
                                    + " loop execute format('create table shop.t%s (id bigint primary key, note text)', i);"
                                    + " end loop; end $$");
        }
        String sink = servers.sink().newDatabase();
        long began = System.nanoTime();
        try (OwnReplication own = new OwnReplication(servers, source, sink, "tables", "n1", options.directory())) {
            report.say("  opened after " + since(began));
            own.createTables();
            report.say("  tables made after " + since(began));
            own.beginAll();
            report.say("  spans opened after " + since(began));
            own.follow(servers.endOfLog(source));
            String opening = since(began);
            long heap = PeakHeap.retainedMebibytes();
            double idle = idle();
            report.figure(
                    options.tables() + " tables, idle",
                    String.format(
                            Locale.ROOT, "begun in %s, heap %d MiB, %.1f %% of a core", opening, heap, 100 * idle),
                    "3 % of a core");
            busy(source, own, report);
            requireAll(sink);
        }
    }

    private static String since(long began) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - began) / 1e9);
    }

    /** The share of a processor that this process uses while nothing happens. */
    private double idle() throws InterruptedException {
        long used = ProcessorTime.ofThisProcess();
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(1 + options.tables() / TABLES_OF_A_SECOND);
        return (double) (ProcessorTime.ofThisProcess() - used) / (System.nanoTime() - began);
    }

    private int busyTables() {
        return Math.max(1, options.tables() / SHARE);
    }

    private void busy(String source, OwnReplication own, SpeedReport report)
            throws SQLException, RunFailedException, InterruptedException {
        List<String> writes = new ArrayList<>();
        writes.add("do $$ begin for i in 0.." + (ROWS / A_TRANSACTION - 1) + " loop for t in 0.." + (busyTables() - 1)
                + " loop execute format('insert into shop.t%s select g, ''note '' || g from generate_series(%s, %s) g', t"
                + " * " + SHARE + " % " + options.tables() + ", i * " + A_TRANSACTION + ", (i + 1) * " + A_TRANSACTION
                + " - 1); commit; end loop; end loop; end $$");
        PeakHeap.reset();
        ProcessorTime processor = servers.processorTime();
        ProcessorTime.Used before = processor.used();
        long began = System.nanoTime();
        servers.source().execute(source, writes.toArray(String[]::new));
        own.follow(servers.endOfLog(source));
        double seconds = (System.nanoTime() - began) / 1e9;
        report.figure(
                busyTables() + " of them busy",
                String.format(
                        Locale.ROOT,
                        "%d rows in transactions of %d written and followed in %.1f s; processor time %.1f s, heap at most"
                                + " %d MiB",
                        busyTables() * ROWS,
                        A_TRANSACTION,
                        seconds,
                        processor.used().since(before).own() / 1e9,
                        PeakHeap.mebibytes()),
                "");
    }

    private void requireAll(String sink) throws SQLException, RunFailedException {
        for (int table = 0; table < busyTables(); table++) {
            String there = SpeedServers.one(
                    servers.sink(), sink, "select count(*) from shop.t" + table * SHARE % options.tables());
            if (!there.equals(Integer.toString(ROWS))) {
                throw new RunFailedException(
                        "a table has " + ROWS + " rows in the source, and " + there + " in the sink");
            }
        }
    }
}
