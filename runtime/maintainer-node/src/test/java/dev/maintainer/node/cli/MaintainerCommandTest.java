package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MaintainerCommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            run --snk DIR             | maintainer run [OPTIONS]      | Unknown option: '--snk', did you mean '--sink'?
            run --handofs 3           | maintainer run [OPTIONS]      | Unknown option: '--handofs', did you mean '--handoffs'?
            run --nodes many          | maintainer run [OPTIONS]      | Invalid value for option '--nodes': 'many' is not a whole number
            run --nodes 9999999999    | maintainer run [OPTIONS]      | Invalid value for option '--nodes': '9999999999' is not a whole number from -2147483648 to 2147483647
            run --seed 1x             | maintainer run [OPTIONS]      | Invalid value for option '--seed': '1x' is not a whole number
            ctl move                  | maintainer ctl move           | Missing required parameters: 'SPAN', 'NODE'
            ctl                       | maintainer ctl                | name a verb
            verify --sink DIR         | maintainer verify             | give one of --expected FILE, --changelog FILE and --source ADDRESS
            nonsense                  | maintainer                    | Unmatched argument at index 0: 'nonsense'
            """)
    @DisplayName("A mistake is told last, below two lines about how it is done")
    void misused(String command, String usage, String mistake) {
        StringWriter err = new StringWriter();

        int status =
                MaintainerCommand.commandLine().setErr(new PrintWriter(err)).execute(command.split(" "));

        assertThat(status).isEqualTo(MaintainerCommand.UNUSABLE);
        List<String> lines = err.toString().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("usage: " + usage);
        assertThat(lines.get(1)).contains("--help");
        assertThat(lines.get(2)).startsWith("maintainer: ").contains(mistake);
    }

    @ParameterizedTest
    @CsvSource({
        "run --changelog nofile --sink never, cannot read change log nofile: there is no such file; check the path",
        "verify --sink never --expected nofile, cannot read expected state nofile: there is no such file; check the path",
        "run --scheduler balanse, 'no scheduler is called ''balanse'', did you mean ''balance''?; there are balance, balance-splits, basic'",
        "run --report none/r.json, cannot write report none/r.json: there is no directory",
        "run --journal never/journal --sink never --changelog f, --journal never/journal is inside of the sink never",
        "run --admin-dir never --sink never --changelog f, --admin-dir never is inside of the sink never"
    })
    @DisplayName("What cannot be used is told in words that need no Java, on one line")
    void unusable(String command, String mistake) {
        StringWriter err = new StringWriter();

        int status =
                MaintainerCommand.commandLine().setErr(new PrintWriter(err)).execute(command.split(" "));

        assertThat(status).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(err.toString()).contains(mistake).doesNotContain("java.", "Exception", "\\n", ".tmp", ":1:");
        assertThat(Path.of("never")).doesNotExist();
    }

    @Test
    @DisplayName("The list of commands has whole sentences, and that of ctl all that a verb can do")
    void lists() {
        CommandLine all = MaintainerCommand.commandLine();
        assertThat(all.getSubcommands().values())
                .allSatisfy(
                        each -> assertThat(each.getCommandSpec().usageMessage().description()[0])
                                .endsWith("."));
        Map<String, CommandLine> verbs =
                Objects.requireNonNull(all.getSubcommands().get("ctl")).getSubcommands();
        assertThat(Objects.requireNonNull(verbs.get("operator"))
                        .getCommandSpec()
                        .usageMessage()
                        .description()[0])
                .contains("retry", "cancel", "release");
        assertThat(Objects.requireNonNull(verbs.get("scheduler"))
                        .getCommandSpec()
                        .usageMessage()
                        .description()[0])
                .contains("list", "status", "set", "shadow");
    }

    @Test
    @DisplayName("What is printed as a line does not steer the terminal; what moves its cursor is ours")
    void terminal() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TerminalWriter out = new TerminalWriter(bytes, StandardCharsets.UTF_8);

        out.print("\u001b[1A");
        out.println("name \u001b[31mred");
        out.println((Object) "second\nthird\u0007");
        out.flush();

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("\u001b[1Aname \\u001b[31mred", "second", "third\\u0007");
    }
}
