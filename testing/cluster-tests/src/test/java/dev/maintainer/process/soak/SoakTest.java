package dev.maintainer.process.soak;

import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Runs for {@code -Dmaintainer.soak.minutes} with a fault in each. {@code -Dmaintainer.soak.seed} makes the plan of a former
 * run again; {@code -Dmaintainer.soak.step} says how many events are written in 50 ms.
 */
@Tag("soak")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.soak.minutes", matches = "[1-9]\\d*")
class SoakTest {
    private static final int STEP = 10;

    @Test
    @DisplayName("One fault a minute, and all that must hold in each scenario holds at the end")
    void soak() throws IOException, InterruptedException {
        SoakPlan plan = SoakPlan.of(
                Long.getLong("maintainer.soak.seed", System.nanoTime() % 1_000_000),
                Integer.getInteger("maintainer.soak.minutes", 1));
        System.out.println(plan);
        ClusterOptions wanted = ClusterOptions.of(Integer.getInteger("maintainer.soak.step", STEP))
                .withProxies()
                .withEnsemble();
        try (Scenario scenario = Scenario.of("soak", wanted)) {
            Path directory = scenario.cluster().directory();
            Files.writeString(directory.resolve("plan.txt"), plan + "\n");
            Path table = directory.resolve("table.txt");
            SoakRun run = new SoakRun(scenario, line -> {
                System.out.println(line);
                Files.writeString(table, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            });
            run.take(plan);
            scenario.conclude("ends, FENCED");
        }
    }
}
