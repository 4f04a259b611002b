package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.node.run.RunDriver;
import dev.maintainer.node.run.RunOptions;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.node.run.SampleLog;
import dev.maintainer.node.run.SchedulerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins in projects of their own, built with Maven against the artifacts of this build, tested and run. */
class GuideTest {
    /** A path alone on a line, and the fenced block after it. */
    private static final Pattern FILE =
            Pattern.compile("(?m)^`([^`\n]+)`\n\n```[a-z]+\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    private Path temporary;

    @Test
    @DisplayName("docs/scheduler-plugins.md: from an empty folder to a jar that passes the kit and runs")
    void guide() throws Exception {
        Path project = temporary.resolve("alphabetical");
        List<String> written = write(Files.readString(MavenBuild.root().resolve("docs/scheduler-plugins.md")), project);
        assertThat(written).hasSize(6).contains("pom.xml", "src/test/java/com/acme/AlphabeticalContractTest.java");

        String said = new MavenBuild(temporary).verify(project);

        assertThat(said).contains("AlphabeticalContractTest", "AlphabeticalArchitectureTest", "BUILD SUCCESS");
        RunResult result = run(
                project.resolve("target/alphabetical-scheduler-1.0.0.jar"), "alphabetical", Map.of("greeting", "hi"));
        assertThat(result.planning().scheduler()).isEqualTo("alphabetical");
    }

    @Test
    @DisplayName("examples/ring-scheduler builds against the artifacts of this build, passes the kit, and runs")
    void example() throws Exception {
        Path project = MavenBuild.copy(MavenBuild.root().resolve("examples/ring-scheduler"), temporary.resolve("ring"));

        String said = new MavenBuild(temporary).verify(project);

        assertThat(said).contains("RingContractTest", "RingArchitectureTest", "RingSchedulerTest", "BUILD SUCCESS");
        RunResult result =
                run(project.resolve("target/ring-scheduler-1.0.0.jar"), "ring", Map.of("node-factor-percent", "150"));
        assertThat(result.planning().scheduler()).isEqualTo("ring");
    }

    private static List<String> write(String guide, Path project) throws IOException {
        List<String> written = new ArrayList<>();
        Matcher files = FILE.matcher(guide);
        while (files.find()) {
            Path file = project.resolve(files.group(1));
            Files.createDirectories(file.getParent());
            Files.writeString(file, files.group(2));
            written.add(files.group(1));
        }
        return written;
    }

    private RunResult run(Path jar, String scheduler, Map<String, String> configuration) throws Exception {
        Path plugins = Files.createDirectory(temporary.resolve("plugins"));
        Files.copy(jar, plugins.resolve(jar.getFileName()));
        SchedulerOptions options = new SchedulerOptions(
                scheduler, new TreeMap<>(configuration), plugins, null, List.of(), Collections.emptySortedMap());
        RunResult result = new RunDriver(
                        SampleLog.read(),
                        temporary.resolve("sink"),
                        new RunOptions(3, 2, 1, 0, 1, options),
                        snapshot -> {})
                .run();
        assertThat(result.isGood()).isTrue();
        assertThat(result.planning().faults()).isZero();
        return result;
    }
}
