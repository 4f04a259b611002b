package dev.maintainer.process.rates;

import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.ProcessCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicates a log that is complete from the beginning; {@code -Dmaintainer.rates.rows} says how many rows it has. */
@Tag("rates")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.rates.rows", matches = "[1-9]\\d*")
class RatesTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    @ParameterizedTest(name = "{0} processes")
    @DisplayName("Rows a second, from the creation of the changefeed to the checkpoint at the end of the log")
    @ValueSource(ints = {1, 2, 3})
    void rate(int processes) throws IOException, InterruptedException {
        int rows = Integer.getInteger("maintainer.rates.rows", 1);
        try (ProcessCluster cluster = ProcessCluster.begin("rates-" + processes, ClusterOptions.of(rows))) {
            cluster.load().finish();
            cluster.start(NAMES.subList(0, processes).toArray(String[]::new));
            long began = System.nanoTime();
            cluster.replicate(cluster.member("a"), cluster.sink());
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            long all = cluster.load().resolvedTs() - cluster.load().tablesTs();
            System.out.printf(
                    "%d processes: %,d rows in %.1f s, %,d a second%n",
                    processes, all, took.toMillis() / 1e3, all * 1_000 / Math.max(1, took.toMillis()));
        }
    }
}
