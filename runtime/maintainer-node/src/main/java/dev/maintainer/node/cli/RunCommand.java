package dev.maintainer.node.cli;

import dev.maintainer.admin.AdminDirectory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.files.DurableFiles;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.node.run.RunDriver;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.node.run.RunListener;
import dev.maintainer.node.run.RunOptions;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.node.run.RunSink;
import dev.maintainer.node.run.RunTransports;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.runtime.journal.JournalDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Replicates a change log with an embedded cluster. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Replicates a source to a sink with an embedded cluster, and checks the result.",
            "Without options: a bundled sample with 3 nodes, 3 handoffs and one killed node."
        })
final class RunCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ConnectorMixin connectors = new ConnectorMixin();

    @Option(names = "--nodes", paramLabel = "N", description = "nodes at the start (default: ${DEFAULT-VALUE})")
    private int nodes = 3;

    @Option(names = "--handoffs", paramLabel = "N", description = "how many times the maintainer moves (default: 0)")
    private @Nullable Integer handoffs;

    @Option(names = "--kill-nodes", paramLabel = "N", description = "how many nodes die abruptly (default: 0)")
    private @Nullable Integer kills;

    @Option(names = "--join-nodes", paramLabel = "N", description = "how many nodes join (default: 0)")
    private int joins;

    @Option(
            names = "--drain-nodes",
            paramLabel = "N",
            description = "how many nodes are emptied and then stopped (default: 0)")
    private int drains;

    @Option(
            names = "--redo",
            description = "keep a redo log beside the sink, in DIR/redo; nothing is written to the sink before it is"
                    + " durable there")
    private boolean redo;

    @Option(
            names = "--low-latency",
            description = "look every 10 ms instead of 50, so that the checkpoint follows sooner, for more work")
    private boolean lowLatency;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description =
                    "how nodes reach one another: in-process hands messages over, grpc sends them through sockets of"
                            + " this machine (default: ${DEFAULT-VALUE})")
    private String transport = RunTransports.IN_PROCESS;

    @Mixin
    private SchedulerMixin scheduler = new SchedulerMixin();

    @Mixin
    private RunPlanningMixin planning = new RunPlanningMixin();

    @Option(names = "--seed", paramLabel = "S", description = "decides targets, victims and order (default: 1)")
    private long seed = 1;

    @Option(names = "--report", paramLabel = "FILE", description = "write the result as JSON")
    private @Nullable Path report;

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            description = "journal what the maintainers of each node take in, for 'replay'; a new or empty directory")
    private @Nullable Path journal;

    @Option(
            names = "--journal-limit",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "where the journal of a node ends, like 64M or 2G (default: 1G)")
    private @Nullable Long journalLimit;

    @Option(
            names = "--resume",
            description = "let a changefeed go on that was paused ('ctl pause') when the run before this one ended")
    private boolean resume;

    @Option(names = "--hold", description = "keep the cluster up after the log is replicated; see ctl")
    private boolean hold;

    @Option(
            names = "--admin-dir",
            paramLabel = "DIR",
            description = "open the admin interface, and keep its address and token here; with --hold a directory of"
                    + " this user is the default")
    private @Nullable Path adminDirectory;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "of the admin interface (default: any that is free)")
    private @Nullable Integer adminPort;

    @Option(
            names = {"-v", "--verbose"},
            description = "log more")
    private boolean verbose;

    RunCommand() {}

    @Override
    public Integer call() throws IOException, RunFailedException, InterruptedException {
        boolean sample = connectors.isSample();
        connectors.refuse(spec.commandLine());
        RunOptions options = RunOptions.builder(planning.options(scheduler))
                .nodes(nodes)
                .handoffs(handoffs != null ? handoffs : sample && nodes > 1 ? 3 : 0)
                .kills(kills != null ? kills : sample && nodes > 2 ? 1 : 0)
                .joins(joins)
                .drains(drains)
                .seed(seed)
                .redo(redo)
                .lowLatency(lowLatency)
                .resume(resume)
                .syncPointInterval(connectors.syncPointInterval())
                .transport(transport)
                .build();
        RunTransports.require(transport);
        if (adminPort != null && (adminPort < 0 || adminPort > 65_535)) {
            throw new ParameterException(spec.commandLine(), "--admin-port " + adminPort + " must be from 0 to 65535");
        }
        if (adminPort != null && !hold && adminDirectory == null) {
            throw new ParameterException(
                    spec.commandLine(), "--admin-port needs --hold or --admin-dir DIR, which open the admin interface");
        }
        if (journalLimit != null && journal == null) {
            throw new ParameterException(spec.commandLine(), "--journal-limit needs --journal DIR, what it limits");
        }
        refuseInsideSink("--journal", journal);
        refuseInsideSink("--admin-dir", adminDirectory);
        ReportFile reportFile = report == null ? null : new ReportFile(report);
        PrintWriter out = spec.commandLine().getOut();
        Connectors found = connectors.load();
        PacedSource source = connectors.source(found);
        Path temporary = connectors.hasSink() ? null : temporarySink();
        RunSink sink = connectors.sink(found, temporary);
        RunResult result;
        String written;
        try (source;
                ProgressDisplay display = ProgressDisplay.on(out)) {
            RunDriver driver = prepare(source, sink, temporary, options, display);
            if (reportFile != null) {
                reportFile.removeOld();
            }
            out.println(Printable.line(connectors.sourceShown() + ": " + source.size() + " events, "
                    + source.tableCount() + " tables; sink " + connectors.sinkShown(temporary)));
            result = runAndTell(driver);
            written = driver.sinkShown();
        }
        new RunSummary(result, written, journal, verbose).print(out);
        if (reportFile != null) {
            reportFile.write(result);
        }
        return result.isGood() ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
    }

    /** The next run into the sink would find there what is not its own. */
    private void refuseInsideSink(String option, @Nullable Path path) {
        Path sink = connectors.sinkDirectory();
        if (path != null && sink != null && SinkDirectory.isInside(path, sink)) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " " + path + " is inside of the sink " + sink
                            + ", which is kept for what is replicated; name" + " a directory beside it");
        }
    }

    /** Whoever runs into a finished sink wants to know what became of it. */
    private RunResult runAndTell(RunDriver driver) throws RunFailedException, InterruptedException {
        boolean ended = false;
        try {
            RunResult result = driver.run();
            ended = result.isGood();
            return result;
        } finally {
            if (!ended) {
                driver.leftBehind().ifPresent(spec.commandLine().getErr()::println);
            }
        }
    }

    private static Path temporarySink() {
        try {
            return Files.createTempDirectory("maintainer-sample-");
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "cannot make a temporary sink: " + e + "; name one with --sink DIR", e);
        }
    }

    /** A start that is refused leaves nothing behind. */
    private RunDriver prepare(
            PacedSource source, RunSink sink, @Nullable Path temporary, RunOptions options, ProgressDisplay display)
            throws IOException {
        JournalDirectory journals = null;
        AdminHook admin = null;
        boolean ready = false;
        try {
            journals = journals(options);
            admin = admin();
            RunDriver driver =
                    new RunDriver(source, sink, options, journals, display, admin == null ? RunListener.NONE : admin);
            ready = true;
            return driver;
        } finally {
            if (!ready) {
                if (admin != null) {
                    admin.release();
                }
                if (journals != null) {
                    journals.release();
                }
                if (temporary != null) {
                    DurableFiles.deleteTree(temporary);
                }
            }
        }
    }

    private @Nullable AdminHook admin() {
        if (!hold && adminDirectory == null) {
            return null;
        }
        Path path = adminDirectory == null ? AdminDirectory.usual() : adminDirectory;
        return new AdminHook(
                path,
                adminPort == null ? 0 : adminPort,
                hold,
                spec.commandLine().getOut());
    }

    private @Nullable JournalDirectory journals(RunOptions options) {
        return journal == null
                ? null
                : JournalDirectory.create(
                        journal,
                        journalLimit == null ? ByteSize.GIB : journalLimit,
                        options.planning().scheduler(),
                        options.planning().configuration(),
                        MaintainerCommand.VERSION);
    }
}
