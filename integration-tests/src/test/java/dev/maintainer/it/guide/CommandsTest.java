package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.maintainer.node.cli.MaintainerCommand;
import dev.maintainer.simulator.cli.SimulateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/** What pages say of commands that nobody follows word by word: at least they are understood. */
class CommandsTest {
    /** In backquotes, or at the start of a line, indented or not; explained behind two spaces or a number sign. */
    private static final Pattern COMMAND = Pattern.compile(
            "`\\./maintainer ([^`\n]+)`|^ *\\./maintainer (\\S.*?)(?: {2,}.*| #.*)?$", Pattern.MULTILINE);

    private static final String SIMULATE = "simulate";
    private static final String DEMO = "demo postgres";
    private static final String BENCH = "bench postgres";
    private static final Pattern CONTINUED = Pattern.compile(" *\\\\\n *");

    @TestFactory
    @DisplayName("Every command of every page is one that the command line understands")
    Stream<DynamicTest> commands() throws IOException {
        return pages().stream()
                .flatMap(page -> commands(page).stream()
                        .map(command -> DynamicTest.dynamicTest(
                                MavenBuild.root().relativize(page) + ": ./maintainer " + command,
                                () -> assertUnderstood(command))));
    }

    @Test
    @DisplayName("Commands are found in text, in blocks, and over several lines; explanations are left out")
    void found() {
        String page = """
                A run (`./maintainer run --hold`) and

                    ./maintainer simulate --seeds 9   # more
                    ./maintainer simulate     all workloads
                    ./maintainer verify --sink DIR \\
                        --expected FILE
                """;

        assertThat(commandsOf(page))
                .containsExactly("run --hold", "simulate --seeds 9", "simulate", "verify --sink DIR --expected FILE");
    }

    private static void assertUnderstood(String written) {
        // What it prints may go into another program.
        String command = written.replaceFirst(" +\\|.*", "");
        if (command.startsWith(DEMO)) {
            // It brings a server along, which these tests do not need.
            assertThat(command).matches(DEMO + "( --(nodes|seconds|accounts|clients) \\d+| --dir \\S+)*");
            return;
        }
        if (command.startsWith(BENCH)) {
            // So does it.
            assertThat(command).matches(BENCH + "( --durable| --only [a-z,]+| --(runs|rows) \\d+)*");
            return;
        }
        if (command.startsWith(SIMULATE)) {
            String options = command.substring(SIMULATE.length()).strip();
            assertThatCode(() -> SimulateCommand.commandLine()
                            .parseArgs(options.isEmpty() ? new String[0] : options.split(" +")))
                    .doesNotThrowAnyException();
            return;
        }
        CommandLine line = new CommandLine(MaintainerCommand.class).setCaseInsensitiveEnumValuesAllowed(true);
        if (line.getSubcommands().containsKey(command)) {
            // Only named, without what it needs.
            return;
        }
        assertThatCode(() -> line.parseArgs(command.split(" +"))).doesNotThrowAnyException();
    }

    /** Those of the project, its modules and its examples. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        pages.add(MavenBuild.root().resolve("README.md"));
        for (Path module : BomTest.modules()) {
            pages.add(MavenBuild.root().resolve(module).resolve("README.md"));
        }
        for (String folder : List.of("docs", "examples")) {
            try (Stream<Path> files = Files.walk(MavenBuild.root().resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("target"))
                        .sorted()
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    private static List<String> commands(Path page) {
        try {
            return commandsOf(Files.readString(page));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + page, e);
        }
    }

    private static List<String> commandsOf(String page) {
        List<String> commands = new ArrayList<>();
        Matcher found = COMMAND.matcher(CONTINUED.matcher(page).replaceAll(" "));
        while (found.find()) {
            String command = (found.group(1) == null ? found.group(2) : found.group(1)).strip();
            // Stands for any of them.
            if (!command.equals("ctl VERB")) {
                commands.add(command);
            }
        }
        return commands;
    }
}
