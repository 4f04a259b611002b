package dev.maintainer.node.cli;

import dev.maintainer.node.run.RunFixture;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Executes command lines as people type them; runs use the transport of {@link RunFixture}. */
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
        command.setDefaultValueProvider(argument ->
                argument instanceof OptionSpec option && option.longestName().equals("--transport")
                        ? RunFixture.TRANSPORT
                        : null);
        return command.execute(arguments);
    }
}
