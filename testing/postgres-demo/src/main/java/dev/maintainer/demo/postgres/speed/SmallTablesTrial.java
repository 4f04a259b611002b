package dev.maintainer.demo.postgres.speed;

import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Many tables in each of which something happens now and then, and nearly always in one of them: while applications write, each batch has
 * few rows. Once with each batch in a transaction of its own, and once as it is, in turns.
 */
final class SmallTablesTrial implements Trial {
    private static final int TABLES = 100;
    private static final double BILLION = 1e9;

    private final SpeedServers servers;
    private final SpeedOptions options;

    SmallTablesTrial(SpeedServers servers, SpeedOptions options) {
        this.servers = servers;
        this.options = options;
    }

    /**
     * What one run has used.
     *
     * @param seconds until the last row is in the sink
     * @param commits of the sink
     * @param own processor time of this process, in seconds
     * @param sink that of the server of the sink
     */
    private record Run(double seconds, double commits, double own, double sink) {}

    @Override
    public void run(SpeedReport report) throws IOException, SQLException, RunFailedException, InterruptedException {
        String source = servers.newSource(List.of());
        servers.source()
                .execute(
                        source,
                        "do $$ begin for i in 0.." + (TABLES - 1)
                                + " loop execute format('create table shop.t%s (id bigint primary key, note text)', i);"
                                + " end loop; end $$");
        List<Run> alone = new ArrayList<>();
        List<Run> together = new ArrayList<>();
        for (int run = 0; run < options.warmUps() + options.runs(); run++) {
            Run first = once(source, 2 * run, run % 2 == 0);
            Run second = once(source, 2 * run + 1, run % 2 != 0);
            if (run >= options.warmUps()) {
                together.add(run % 2 == 0 ? first : second);
                alone.add(run % 2 == 0 ? second : first);
            }
        }
        report.figure(TABLES + " small tables, each batch by itself", told(alone), "");
        report.figure(TABLES + " small tables", told(together), "");
        report.figure(
                TABLES + " small tables, together to each by itself",
                String.format(
                        Locale.ROOT,
                        "commits %.2f, processor time of the sink %.2f, of this process %.2f, time %.2f",
                        ratio(together, alone, Run::commits),
                        ratio(together, alone, Run::sink),
                        ratio(together, alone, Run::own),
                        ratio(together, alone, Run::seconds)),
                "");
    }

    private String told(List<Run> runs) {
        return String.format(
                Locale.ROOT,
                "%,d rows, one a transaction, followed in %.1f s: %,.0f commits of the sink, processor time of the sink %.1f s,"
                        + " of this process %.1f s",
                rows(),
                median(runs, Run::seconds),
                median(runs, Run::commits),
                median(runs, Run::sink),
                median(runs, Run::own));
    }

    private static double ratio(List<Run> some, List<Run> others, ToDoubleFunction<Run> what) {
        return median(some, what) / median(others, what);
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> what) {
        List<Double> sorted = new ArrayList<>();
        runs.forEach(run -> sorted.add(what.applyAsDouble(run)));
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private int rows() {
        return Math.max(TABLES, options.rows() / 10);
    }

    private Run once(String source, int number, boolean together)
            throws IOException, SQLException, RunFailedException, InterruptedException {
        String sink = servers.sink().newDatabase();
        try (OwnReplication own =
                new OwnReplication(servers, source, sink, "small" + number, "n1", options.directory(), together)) {
            own.createTables();
            own.beginAll();
            own.follow(servers.endOfLog(source));
            ProcessorTime processor = servers.processorTime();
            double commits = commits(sink);
            ProcessorTime.Used before = processor.used();
            long began = System.nanoTime();
            long first = (long) number * rows();
            servers.source()
                    .execute(
                            source,
                            "do $$ begin for i in " + first + ".." + (first + rows() - 1)
                                    + " loop execute format('insert into shop.t%s values (%s, ''note %s'')', i % "
                                    + TABLES
                                    + ", i, i); commit; end loop; end $$");
            own.follow(servers.endOfLog(source));
            double seconds = (System.nanoTime() - began) / BILLION;
            ProcessorTime.Used used = processor.used().since(before);
            requireAll(source, sink);
            return new Run(seconds, commits(sink) - commits, used.own() / BILLION, used.sink() / BILLION);
        }
    }

    private double commits(String sink) throws SQLException {
        return Double.parseDouble(SpeedServers.one(
                servers.sink(), sink, "select xact_commit from pg_stat_database where datname = current_database()"));
    }

    private void requireAll(String source, String sink) throws SQLException, RunFailedException {
        for (int table = 0; table < TABLES; table++) {
            String sum = "select count(*) || ' ' || coalesce(sum(id), 0) from shop.t" + table;
            String wanted = SpeedServers.one(servers.source(), source, sum);
            String there = SpeedServers.one(servers.sink(), sink, sum);
            if (!there.equals(wanted)) {
                throw new RunFailedException("table t" + table + " has rows and a sum of " + wanted
                        + " in the source, and of " + there + " in the sink");
            }
        }
    }
}
