package dev.maintainer.node.cli;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.ConnectorPlugins;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.runtime.process.OutOfMemory;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code maintainer}. Exit status: 0 all is right, 1 the sink is not right, a replay diverged or a node refused, 2
 * the input cannot be used, 3 no node can be reached, or the heap is full.
 */
@Command(
        name = "maintainer",
        mixinStandardHelpOptions = true,
        version = MaintainerCommand.VERSION,
        description = "A control plane for change data capture.",
        footer = "From the source tree also: simulate, which searches simulated clusters for bugs.",
        subcommands = {
            RunCommand.class,
            NodeCommand.class,
            ClusterCommand.class,
            ClusterDemoCommand.class,
            StoreCommand.class,
            VerifyCommand.class,
            RestoreCommand.class,
            ReplayCommand.class,
            CtlCommand.class,
            PlanCommand.class,
            SinkCommand.class,
            PostgresCommand.class
        })
public final class MaintainerCommand implements Runnable {
    /** What runs. */
    static final String VERSION = "maintainer 0.1.0-SNAPSHOT";

    /** All is right. */
    static final int RIGHT = 0;
    /** The sink is not what it should be, or a run did not come to its end. */
    static final int WRONG = 1;
    /** An option, a log or a sink cannot be used. */
    static final int UNUSABLE = 2;
    /** There is no node to ask. */
    static final int UNREACHABLE = 3;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    MaintainerCommand() {}

    /** Runs the command and ends the process. */
    public static void main(String[] arguments) {
        for (String argument : arguments) {
            // Logging is configured when the first logger is made, which is before options are parsed.
            if (argument.equals("-v") || argument.equals("--verbose")) {
                System.setProperty("maintainer.log.level", "INFO");
            }
        }
        if (arguments.length > 0 && arguments[0].equals("replay")) {
            // What a host logs while it lives through its life again has been logged when it first did.
            System.setProperty("maintainer.log.level", "OFF");
        }
        CommandLine line = commandLine()
                .setOut(new TerminalWriter(System.out, charset("stdout.encoding")))
                .setErr(new TerminalWriter(System.err, charset("stderr.encoding")));
        OutOfMemory.endsProcess();
        int status = isReadable(arguments, line.getErr()) ? line.execute(arguments) : UNUSABLE;
        if (isEnding()) {
            // By a signal, which waits for us: the status says what came of the run, and not that there was a signal.
            line.getOut().flush();
            line.getErr().flush();
            Runtime.getRuntime().halt(status);
        }
        System.exit(status);
    }

    /** Whether the process is being ended already; then an exit would wait for itself. */
    private static boolean isEnding() {
        Thread none = new Thread(() -> {}, "none");
        try {
            Runtime.getRuntime().addShutdownHook(none);
            return !Runtime.getRuntime().removeShutdownHook(none);
        } catch (IllegalStateException e) {
            return true;
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new MaintainerCommand())
                .registerConverter(int.class, WholeNumber::ofInt)
                .registerConverter(Integer.class, WholeNumber::ofInt)
                .registerConverter(long.class, WholeNumber::ofLong)
                .registerConverter(Long.class, WholeNumber::ofLong)
                .setExecutionExceptionHandler((exception, command, result) -> report(exception, command.getErr()))
                .setParameterExceptionHandler((exception, arguments) -> misused(exception))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Older JDKs do not say; they print in the encoding of the locale, as they read arguments. */
    private static Charset charset(String property) {
        String name = System.getProperty(property, System.getProperty("sun.jnu.encoding", ""));
        return Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /** In a locale that has no such letters, the JDK reads others in their place, and a key would be another key. */
    private static boolean isReadable(String[] arguments, PrintWriter err) {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        for (String argument : arguments) {
            if (argument.indexOf('\uFFFD') >= 0) {
                err.println("maintainer: " + ErrorCode.BAD_CONFIGURATION.code() + " the argument '"
                        + Printable.line(argument)
                        + (encoding.equalsIgnoreCase("UTF-8")
                                ? "' is not UTF-8; give whole characters"
                                : "' has letters that the locale does not have, whose encoding is " + encoding
                                        + "; set LC_ALL=C.UTF-8"));
                return false;
            }
        }
        return true;
    }

    /** How it is used in two lines at most, and what is wrong last, where it is seen. */
    private static int misused(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        String synopsis = command.getHelp().synopsis(0).strip();
        err.println("usage: " + (synopsis.lines().count() > 1 ? name + " [OPTIONS]" : synopsis));
        err.println("       '" + name + " --help' tells all");
        String mistake = exception instanceof UnmatchedArgumentException unmatched
                ? unmatched(command, unmatched)
                : String.valueOf(exception.getMessage());
        err.println("maintainer: " + Printable.line(mistake));
        return UNUSABLE;
    }

    /** What follows an unknown option may be its value, and no second mistake. */
    private static String unmatched(CommandLine command, UnmatchedArgumentException exception) {
        String first = exception.getUnmatched().get(0);
        String what = exception.isUnknownOption()
                ? "Unknown option: '" + first + "'"
                : String.valueOf(exception.getMessage());
        return what + suggestion(command, first);
    }

    private static String suggestion(CommandLine command, String unknown) {
        int end = unknown.indexOf('=');
        String word = end < 0 ? unknown : unknown.substring(0, end);
        return word.startsWith("-")
                ? NearestName.question(
                        word, command.getCommandSpec().optionsMap().keySet())
                : NearestName.question(word, command.getSubcommands().keySet());
    }

    private static int report(Exception exception, PrintWriter err) {
        OutOfMemory.check(exception);
        if (exception instanceof MaintainerException known) {
            err.println(
                    "maintainer: " + known.code().code() + " " + Printable.line(String.valueOf(known.getMessage())));
            return UNUSABLE;
        }
        if (exception instanceof RunFailedException failed) {
            err.println("maintainer: " + Printable.line(String.valueOf(failed.getMessage())));
            return WRONG;
        }
        if (isOfConnector(exception)) {
            err.println("maintainer: a connector has failed: " + Printable.line(exception.toString())
                    + "; mend it, or ask who made it");
        } else {
            err.println("maintainer: a bug of ours, please report it");
        }
        exception.printStackTrace(err);
        return WRONG;
    }

    /** Whether code of a connector that people have brought has thrown it. */
    private static boolean isOfConnector(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .anyMatch(frame -> ConnectorPlugins.LOADER.equals(frame.getClassLoaderName()));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name a command: run, node, cluster, cluster-demo, store, ctl, plan, verify, restore, sink or replay");
    }
}
