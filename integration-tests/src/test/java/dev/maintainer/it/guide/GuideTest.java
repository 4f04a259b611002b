package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.scheduler.tck.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins and connectors in projects of their own, built with Maven against the artifacts of this build, tested and run. */
class GuideTest {
    @TempDir
    private Path temporary;

    @Test
    @DisplayName("docs/scheduler-plugins.md: from an empty folder to a jar that passes the kit and runs")
    void guide() throws Exception {
        Path project = Files.createDirectory(temporary.resolve("empty"));
        Reader reader = new Reader(temporary, MavenBuild.root().resolve("docs/scheduler-plugins.md"));

        assertThat(reader.write(project))
                .containsExactly(
                        "pom.xml",
                        "src/main/java/com/acme/AlphabeticalProvider.java",
                        "src/main/resources/META-INF/services/dev.maintainer.scheduler.spi.SchedulerProvider",
                        "src/main/java/com/acme/AlphabeticalScheduler.java",
                        "src/test/java/com/acme/AlphabeticalContractTest.java",
                        "src/test/java/com/acme/AlphabeticalArchitectureTest.java");
        String said = reader.run(project);

        assertThat(said)
                .containsPattern("Tests run: 14, Failures: 0, Errors: 0, Skipped: 0.*AlphabeticalArchitectureTest")
                .containsPattern(kit(1, PageNumbers.notAskedOf(1)) + ".*AlphabeticalContractTest")
                .contains("BUILD SUCCESS", "planning by alphabetical: ")
                .doesNotContain("DEGRADED");
    }

    @Test
    @DisplayName("examples/ring-scheduler builds against the artifacts of this build, passes the kit, and runs")
    void example() throws Exception {
        Path example = MavenBuild.root().resolve("examples/ring-scheduler");
        Path project = Reader.copy(example, temporary.resolve("ring"));

        String said = new Reader(temporary, example.resolve("README.md")).run(project);

        assertThat(said)
                .containsPattern("Tests run: 14, Failures: 0, Errors: 0, Skipped: 0.*RingArchitectureTest")
                .containsPattern(kit(2, PageNumbers.notAskedOf(2, Trait.BALANCES, Trait.DRAINS)) + ".*RingContractTest")
                .contains("RingSchedulerTest", "BUILD SUCCESS", "planning by ring: ")
                .doesNotContain("DEGRADED");
    }

    @Test
    @DisplayName("examples/pinned-tables builds against the artifacts of this build, passes the kit, and runs")
    void pinnedTables() throws Exception {
        Path example = MavenBuild.root().resolve("examples/pinned-tables");
        Path project = Reader.copy(example, temporary.resolve("pinned"));

        String said = new Reader(temporary, example.resolve("README.md")).run(project);

        int skipped = PageNumbers.notAskedOf(4, Trait.BALANCES, Trait.DRAINS, Trait.RESTORES_CONSTRAINTS);
        assertThat(said)
                .containsPattern("Tests run: 14, Failures: 0, Errors: 0, Skipped: 0.*PinnedTablesArchitectureTest")
                .containsPattern(kit(1, skipped) + ".*PinnedTablesContractTest")
                .contains("PinnedTablesSchedulerTest", "BUILD SUCCESS", "planning by pinned-tables: ")
                .doesNotContain("DEGRADED");
    }

    @Test
    @DisplayName("examples/memory-sink builds against the artifacts of this build, keeps the rules of sinks, and runs")
    void memorySink() throws Exception {
        Path example = MavenBuild.root().resolve("examples/memory-sink");
        Path project = Reader.copy(example, temporary.resolve("memory"));

        String said = new Reader(temporary, example.resolve("README.md")).run(project);

        assertThat(said)
                .containsPattern("Tests run: 29, Failures: 0, Errors: 0, Skipped: 9.*MemorySinkContractTest")
                .contains("BUILD SUCCESS", "sink memory:here equals the log: ");
    }

    /** What surefire says of a kit that ran so many times, each time without so many rules. */
    private static String kit(int times, int skipped) {
        return "Tests run: " + times * Rule.values().length + ", Failures: 0, Errors: 0, Skipped: " + times * skipped;
    }
}
