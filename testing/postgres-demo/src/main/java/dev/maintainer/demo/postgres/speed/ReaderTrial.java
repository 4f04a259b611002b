package dev.maintainer.demo.postgres.speed;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.demo.postgres.speed.SpeedReport.Cost;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reading a slot into the store of the source, beside {@code pg_recvlogical}, which throws away what it reads. Left out where that
 * program is not installed.
 */
final class ReaderTrial implements Trial {
    private static final String PROGRAM = "pg_recvlogical";
    private static final String SLOT = "received";

    private final SpeedServers servers;
    private final SpeedOptions options;

    ReaderTrial(SpeedServers servers, SpeedOptions options) {
        this.servers = servers;
        this.options = options;
    }

    @Override
    public void run(SpeedReport report) throws IOException, SQLException, RunFailedException, InterruptedException {
        if (!isInstalled()) {
            report.say("the reader is not measured: " + PROGRAM + " is not installed");
            return;
        }
        InsertLoad load = new InsertLoad("reading a slot into files", "read", options.rows(), 100, false, "0.85");
        String source = servers.newSource(List.of(InsertLoad.creation(load.table())));
        List<Cost> anchor = new ArrayList<>();
        List<Cost> own = new ArrayList<>();
        try (OwnReplication reader = new OwnReplication(
                servers, source, servers.sink().newDatabase(), "reader", "n1", options.directory())) {
            servers.source().execute(source, "select pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
            for (int run = 1; run <= options.warmUps() + options.runs(); run++) {
                servers.stopSenders(reader.slots());
                servers.source().execute(source, load.statements(run).toArray(String[]::new));
                long end = servers.endOfLog(source);
                servers.source().execute(source, "select pg_logical_emit_message(false, 'end', '', true)");
                boolean counts = run > options.warmUps();
                for (int turn = 0; turn < 2; turn++) {
                    boolean isOwn = turn == run % 2;
                    Cost cost = isOwn ? read(reader, end) : receive(source, end);
                    if (counts) {
                        (isOwn ? own : anchor).add(cost);
                    }
                }
                reader.source().retainAfter(end);
            }
            report.compared(load.name(), load.unit(), load.size(), anchor, own, load.target());
        } finally {
            servers.source().execute(source, "select pg_drop_replication_slot('" + SLOT + "')");
        }
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder(PROGRAM, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Cost read(OwnReplication reader, long end)
            throws IOException, SQLException, RunFailedException, InterruptedException {
        ProcessorTime processor = servers.processorTime();
        ProcessorTime.Used before = processor.used();
        long began = System.nanoTime();
        servers.continueSenders(reader.slots());
        Patience.await("the source to come to " + end, () -> reader.source().resolvedTs() >= end);
        return new Cost(System.nanoTime() - began, processor.used().since(before));
    }

    /** Its own processor time is not counted. */
    private Cost receive(String database, long end)
            throws IOException, SQLException, RunFailedException, InterruptedException {
        ProcessorTime processor = servers.processorTime();
        ProcessorTime.Used before = processor.used();
        Path said = options.directory().resolve(PROGRAM + ".log");
        long began = System.nanoTime();
        Process receiving = new ProcessBuilder(
                        PROGRAM,
                        "--dbname=host=127.0.0.1 port=" + servers.source().port() + " user=" + PostgresServer.ADMIN
                                + " dbname=" + database,
                        "--slot=" + SLOT,
                        "--start",
                        "--option=proto_version=2",
                        "--option=publication_names=maintainer",
                        "--option=streaming=on",
                        "--endpos=" + Long.toHexString(end >>> 32) + "/" + Long.toHexString(end & 0xffff_ffffL),
                        "--no-loop",
                        "--file=/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (receiving.waitFor() != 0) {
            throw new RunFailedException(PROGRAM + " has failed; see " + said);
        }
        return new Cost(System.nanoTime() - began, processor.used().since(before));
    }
}
