package dev.maintainer.node.cli;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.node.server.ConfigurationCheck;
import dev.maintainer.node.server.NodeServer;
import dev.maintainer.node.server.ServerConfig;
import dev.maintainer.node.server.ServerExit;
import dev.maintainer.node.server.StartFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one node of a cluster until it is stopped. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Run one node of a cluster of processes, until a signal or 'ctl' stops it.",
        footer = {
            "",
            "Exit status: 0 left in order; 2 bad configuration; 4 no store, or no such cluster; 5 not admitted;",
            "6 port or directory in use; 10 not a member any more; 11 a bug of ours; 143 stopped twice."
        })
final class NodeCommand implements Callable<Integer> {
    /** The answer to a registration is lost now and then; to lose three in a row is something else. */
    private static final int MOST_IDS = 3;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "the configuration, as TOML")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "a setting that counts before the file and the environment; may be repeated")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--check",
            description = "read the configuration, look at all that it names, print what is in effect as TOML, and"
                    + " end; status 2 if a start would be refused")
    private boolean check;

    @Option(
            names = "--embedded-zookeeper",
            description =
                    "run ZooKeeper in this process, too, at zookeeper.connect, for trying a cluster on one machine;"
                            + " it makes the cluster if its directory is empty, and goes when this node goes")
    private boolean embeddedZooKeeper;

    @Option(
            names = "--stop-at-end-of-input",
            hidden = true,
            description = "stop when the standard input ends, as it does with the process that has started this one")
    private boolean stopAtEndOfInput;

    NodeCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ServerConfig config = ServerConfig.read(file, System.getenv(), overrides);
        if (check) {
            return checked(config, out, err);
        }
        out.println(Printable.line(MaintainerCommand.VERSION + " on Java " + Runtime.version() + ", process "
                + ProcessHandle.current().pid() + ", configuration " + file.toAbsolutePath()));
        int begun = 1;
        while (true) {
            try {
                return run(config, out);
            } catch (StartFailedException e) {
                if (!e.isAgainUnderAnotherId() || begun == MOST_IDS) {
                    return failed(e, e.exit(), err);
                }
                begun++;
                err.println(
                        "maintainer: tries again under another id: " + Printable.line(String.valueOf(e.getMessage())));
                err.flush();
            }
        }
    }

    private static int checked(ServerConfig config, PrintWriter out, PrintWriter err) {
        ConfigurationCheck.asToml(config).forEach(out::println);
        List<String> problems = ConfigurationCheck.problems(config);
        problems.forEach(problem -> err.println("maintainer: " + problem));
        err.flush();
        return problems.isEmpty() ? ServerExit.STOPPED.status() : MaintainerCommand.UNUSABLE;
    }

    private int run(ServerConfig config, PrintWriter out) throws InterruptedException {
        try (NodeServer server = new NodeServer(config, MaintainerCommand.VERSION, embeddedZooKeeper)) {
            AtomicBoolean asked = new AtomicBoolean();
            Runnable stop = () -> {
                if (asked.getAndSet(true)) {
                    Runtime.getRuntime().halt(ServerExit.HURRIED.status());
                }
                server.stop();
            };
            Signals.take("TERM", stop);
            Signals.take("INT", () -> {
                server.hurry();
                stop.run();
            });
            Signals.take("HUP", () -> server.reload(() -> ServerConfig.read(file, System.getenv(), overrides)));
            if (stopAtEndOfInput) {
                Thread watch = new Thread(() -> awaitEndOfInput(server::stop), "end-of-input");
                watch.setDaemon(true);
                watch.start();
            }
            out.println(Printable.line("node " + server.self() + ": peers at " + server.peerAddress() + ", admin at "
                    + server.adminAddress()));
            out.flush();
            server.start();
            out.println(Printable.line("node " + server.self() + ": member of cluster " + config.cluster()));
            out.flush();
            ServerExit exit = server.awaitEnd();
            out.println(Printable.line("node " + server.self() + ": ends, " + exit));
            out.flush();
            server.leave();
            return exit.status();
        }
    }

    private static void awaitEndOfInput(Runnable stop) {
        try {
            while (System.in.read() >= 0) {
                // Nobody says anything here.
            }
        } catch (IOException e) {
            // That is an end, too.
        }
        stop.run();
    }

    private static int failed(MaintainerException e, ServerExit exit, PrintWriter err) {
        err.println("maintainer: " + e.code().code() + " " + Printable.line(String.valueOf(e.getMessage())));
        err.flush();
        return exit.status();
    }
}
