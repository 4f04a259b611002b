package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins in projects of their own, built with Maven against the artifacts of this build, tested and run. */
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

        // Twelve rules are about moving and splitting spans, which this planner does not claim to do.
        assertThat(said)
                .containsPattern("Tests run: 14, Failures: 0, Errors: 0, Skipped: 0.*AlphabeticalArchitectureTest")
                .containsPattern("Tests run: 28, Failures: 0, Errors: 0, Skipped: 12.*AlphabeticalContractTest")
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
                .containsPattern("Tests run: 56, Failures: 0, Errors: 0, Skipped: 14.*RingContractTest")
                .contains("RingSchedulerTest", "BUILD SUCCESS", "planning by ring: ")
                .doesNotContain("DEGRADED");
    }
}
