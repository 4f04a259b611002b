package dev.maintainer.node.cli;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.run.RunFailedException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code maintainer}. Exit status: 0 all is right, 1 the sink is not right, a replay diverged or a node refused, 2 the input cannot be used, 3 no node can be reached. */
@Command(
        name = "maintainer",
        mixinStandardHelpOptions = true,
        version = MaintainerCommand.VERSION,
        description = "A control plane for change data capture.",
        subcommands = {
            RunCommand.class,
            VerifyCommand.class,
            ReplayCommand.class,
            SimulateCommand.class,
            CtlCommand.class,
            PlanCommand.class
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
        if (arguments.length > 0 && arguments[0].equals("simulate")) {
            // Thousands of clusters in trouble have thousands of things to say.
            System.setProperty("maintainer.log.level", "OFF");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new MaintainerCommand())
                .setExecutionExceptionHandler((exception, command, result) -> report(exception, command.getErr()))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static int report(Exception exception, PrintWriter err) {
        if (exception instanceof MaintainerException known) {
            err.println("maintainer: " + known.code().code() + " " + known.getMessage());
            return UNUSABLE;
        }
        if (exception instanceof RunFailedException failed) {
            err.println("maintainer: " + failed.getMessage());
            return WRONG;
        }
        err.println("maintainer: a bug of ours, please report it");
        exception.printStackTrace(err);
        return WRONG;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: run, ctl, plan, verify, replay or simulate");
    }
}
