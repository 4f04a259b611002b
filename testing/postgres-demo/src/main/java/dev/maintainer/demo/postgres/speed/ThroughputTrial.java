package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.demo.postgres.speed.SpeedReport.Cost;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is committed goes into two databases of one server: one by a subscription, one by us. While it is written, nobody reads;
 * then one side catches up, and after it the other one. Who is first changes from run to run.
 */
final class ThroughputTrial implements Trial {
    private final SpeedServers servers;
    private final SpeedOptions options;
    private final List<Load> loads;

    ThroughputTrial(SpeedServers servers, SpeedOptions options, List<Load> loads) {
        this.servers = servers;
        this.options = options;
        this.loads = loads;
    }

    /** Of both sides, by run. */
    private record Costs(List<Cost> anchor, List<Cost> own) {
        Costs() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public void run(SpeedReport report) throws IOException, SQLException, RunFailedException, InterruptedException {
        List<String> tables = new ArrayList<>(PaymentLoad.creation());
        loads.stream()
                .filter(load -> load instanceof InsertLoad)
                .forEach(load -> tables.add(InsertLoad.creation(load.tables().get(0))));
        String source = servers.newSource(tables);
        String sink = servers.sink().newDatabase();
        try (NativeReplication subscription = new NativeReplication(servers, source, tables);
                OwnReplication own = new OwnReplication(servers, source, sink, "speed", "n1", options.directory())) {
            begin(own);
            servers.source().execute(source, PaymentLoad.filling().toArray(String[]::new));
            long filled = servers.endOfLog(source);
            own.follow(filled);
            awaitThere(sink, "exists (select from shop.branches where id = 1)", own);
            awaitThere(subscription.database(), "exists (select from shop.branches where id = 1)", own);
            for (Load load : loads) {
                measure(load, source, subscription, own, sink, report);
            }
        }
    }

    private void begin(OwnReplication own) throws SQLException, RunFailedException, InterruptedException {
        own.createTables();
        for (TableInfo table : own.source().tables()) {
            boolean halves = loads.stream()
                    .anyMatch(load -> load instanceof InsertLoad inserts
                            && inserts.halves()
                            && inserts.table().equals(table.name().table()));
            if (halves) {
                own.beginHalves(table, InsertLoad.HALF);
            } else {
                own.begin(table, TableSpan.whole(table.table()), own.createdTs());
            }
        }
        own.follow(own.createdTs());
    }

    private void measure(
            Load load,
            String source,
            NativeReplication subscription,
            OwnReplication own,
            String sink,
            SpeedReport report)
            throws IOException, SQLException, RunFailedException, InterruptedException {
        Costs costs = new Costs();
        long heap = 0;
        for (int run = 1; run <= options.warmUps() + options.runs(); run++) {
            servers.stopSenders(subscription.slot());
            servers.stopSenders(own.slots());
            servers.source().execute(source, load.statements(run).toArray(String[]::new));
            Cost anchor = null;
            Cost ours = null;
            for (int turn = 0; turn < 2; turn++) {
                boolean isOwn = turn == run % 2;
                PeakHeap.reset();
                Cost cost = isOwn
                        ? catchUp(own.slots(), sink, load.isThere(run), own)
                        : catchUp(subscription.slot(), subscription.database(), load.isThere(run), own);
                if (isOwn) {
                    ours = cost;
                    heap = Math.max(heap, PeakHeap.mebibytes());
                } else {
                    anchor = cost;
                }
            }
            own.source().retainAfter(own.checkpointTs());
            if (run > options.warmUps() && anchor != null && ours != null) {
                costs.anchor().add(anchor);
                costs.own().add(ours);
            }
        }
        report.compared(load.name(), load.unit(), load.size(), costs.anchor(), costs.own(), load.target());
        report.say("  heap at most " + heap + " MiB of " + (Runtime.getRuntime().maxMemory() >> 20));
        compare(load, source, subscription.database(), sink);
    }

    private Cost catchUp(String slots, String database, String isThere, OwnReplication own)
            throws IOException, SQLException, RunFailedException, InterruptedException {
        ProcessorTime processor = servers.processorTime();
        ProcessorTime.Used before = processor.used();
        long began = System.nanoTime();
        servers.continueSenders(slots);
        awaitThere(database, isThere, own);
        return new Cost(System.nanoTime() - began, processor.used().since(before));
    }

    private void awaitThere(String database, String isThere, OwnReplication own)
            throws SQLException, RunFailedException, InterruptedException {
        try (Connection connection = servers.sink().connect(database)) {
            Patience.await(
                    isThere + " in " + database,
                    () -> own.isSound()
                            && SpeedServers.column(connection, "select " + isThere)
                                    .get(0)
                                    .equals("t"));
        }
    }

    /** What is fast and wrong is of no use. */
    private void compare(Load load, String source, String... sinks) throws SQLException, RunFailedException {
        for (String table : load.tables()) {
            String sum = "select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) from shop." + table
                    + " t";
            String wanted = SpeedServers.one(servers.source(), source, sum);
            for (String sink : sinks) {
                String there = SpeedServers.one(servers.sink(), sink, sum);
                if (!there.equals(wanted)) {
                    throw new RunFailedException("table " + table + " has rows and a sum of " + wanted
                            + " in the source, and of " + there + " in " + sink);
                }
            }
        }
    }
}
