package dev.maintainer.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.search.Search;
import dev.maintainer.simulator.search.Simulation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeterminismTest {
    private static final int SEEDS = 3;

    @ParameterizedTest
    @EnumSource
    @DisplayName("I-80: one seed, one outcome")
    void oneSeedOneOutcome(Workload workload) {
        SimulationSpec spec = SimulationSpec.of(workload, 11);

        Outcome first = Simulation.run(spec);
        Outcome told = Simulation.tell(SimulationSpec.of(workload, 11));

        assertThat(told.hash()).isEqualTo(first.hash());
        assertThat(told.statistics()).isEqualTo(first.statistics());
        assertThat(Simulation.run(SimulationSpec.of(workload, 12)).hash()).isNotEqualTo(first.hash());
    }

    @Test
    @DisplayName("I-80: threads, the identity of objects and the compiler have no say in an outcome")
    void anotherProcessAgrees() throws IOException, InterruptedException {
        // given a process with other identity hashes, other code and other threads
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:hashCode=2",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(other.waitFor()).isZero();

        // then
        assertThat(lines.get(lines.size() - 1)).isEqualTo(hash(2));
    }

    private static String hash(int threads) throws InterruptedException {
        Workload[] workloads = Workload.values();
        Search.Found found = new Search(threads, Integer.MAX_VALUE, () -> 0)
                .run(
                        0,
                        (long) SEEDS * workloads.length,
                        number -> SimulationSpec.of(
                                workloads[(int) (number % workloads.length)], 100 + number / workloads.length),
                        outcome -> {});
        return Long.toHexString(found.hash());
    }

    /** Prints the hash of some worlds. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println(hash(1));
        }
    }
}
