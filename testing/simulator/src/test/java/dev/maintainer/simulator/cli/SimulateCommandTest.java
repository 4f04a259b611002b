package dev.maintainer.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int simulate(String arguments) {
        CommandLine command = SimulateCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments.split(" "));
    }

    @Test
    @DisplayName("a search says which seeds it used, what happened, and that nothing is violated")
    void search() {
        int status = simulate("--seeds 3 --from 40 --workload HANDOFF_STORM,SWARM");

        assertThat(err.toString()).isEmpty();
        assertThat(status).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString())
                .contains("seeds 40 to 42", "6 worlds", "MOVE", "hash of all worlds: ", "nothing is violated");
    }

    @Test
    @DisplayName("the same seeds give the same hash, on one thread or on two")
    void oneHash() {
        simulate("--seeds 4 --workload BACK_AND_FORTH --threads 1");
        String first = hash();
        out.getBuffer().setLength(0);
        simulate("--seeds 4 --workload BACK_AND_FORTH --threads 2");
        assertThat(hash()).isEqualTo(first);
    }

    private String hash() {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith("hash of all worlds"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("a long day is mostly calm, with spells of faults")
    void longDay() {
        int status = simulate("--hours 1 --seeds 1 --workload MEMBERSHIP --threads 1");

        assertThat(status).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString())
                .contains("1 worlds", "1.0 virtual hours", "CALM", "CUT_FROM_STORE", "nothing is violated");
    }

    @Test
    @DisplayName("any workload runs with the dispatchers of the product, in worlds of their own")
    void readingLogs() {
        simulate("--seeds 2 --workload BACK_AND_FORTH --threads 1");
        String models = hash();
        out.getBuffer().setLength(0);

        int status = simulate("--seeds 2 --workload BACK_AND_FORTH --threads 1 --logs");

        assertThat(status).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString()).contains("2 worlds", "nothing is violated");
        assertThat(hash()).isNotEqualTo(models);
    }

    @Test
    @DisplayName("one seed is told")
    void oneSeed() {
        int status = simulate("--seed 5 --workload STEADY --nodes 3 --spans 2 --events 20");

        assertThat(status).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString()).contains("dispatcher", "STEADY, seed 5: nothing is violated, hash ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nodes 1",
                "--seeds 0",
                "--from yesterday",
                "--workload NOTHING",
                "--minutes -1",
                "--hours 101",
                "--hours 1 --minutes 1"
            })
    @DisplayName("an option that cannot be used is refused with exit status 2")
    void badOption(String arguments) {
        assertThat(simulate(arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).isNotEmpty();
    }
}
