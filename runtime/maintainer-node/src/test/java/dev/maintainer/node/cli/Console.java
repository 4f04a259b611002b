package dev.maintainer.node.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Executes command lines as people type them. */
final class Console {
    private Console() {}

    /**
     * {@return the exit status}
     *
     * @param printed gets what is said, and what goes wrong
     */
    static int execute(StringWriter printed, String... arguments) {
        CommandLine command = MaintainerCommand.commandLine();
        command.setOut(new PrintWriter(printed, true));
        command.setErr(new PrintWriter(printed, true));
        return command.execute(arguments);
    }
}
