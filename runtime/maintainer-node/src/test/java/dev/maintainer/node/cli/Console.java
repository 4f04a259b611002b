package dev.maintainer.node.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Where people type commands and read what they say; both streams are shown. */
final class Console {
    private Console() {}

    /** The exit status; what was said is printed. */
    static int execute(StringWriter printed, String... arguments) {
        CommandLine command = MaintainerCommand.commandLine();
        command.setOut(new PrintWriter(printed, true));
        command.setErr(new PrintWriter(printed, true));
        return command.execute(arguments);
    }
}
