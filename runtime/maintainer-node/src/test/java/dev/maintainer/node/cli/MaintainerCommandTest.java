package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintainerCommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            run --snk DIR             | maintainer run [OPTIONS]      | Unknown options: '--snk', 'DIR', did you mean '--sink'?
            run --nodes many          | maintainer run [OPTIONS]      | Invalid value for option '--nodes'
            ctl move                  | maintainer ctl move           | Missing required parameters: 'SPAN', 'NODE'
            ctl                       | maintainer ctl                | name a verb
            verify --sink DIR         | maintainer verify             | Missing required option: '--expected=FILE'
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
