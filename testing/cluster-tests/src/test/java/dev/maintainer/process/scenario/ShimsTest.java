package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.fault.Shim;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A system whose calls do not do what they should. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "libraries are loaded before others by LD_PRELOAD")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class ShimsTest {
    private static final long HOUR = 3_600;

    @Test
    @DisplayName(
            "27. fsync fails once: what was not made durable is not reported, and the segment is never written again")
    void fsync() throws IOException, InterruptedException {
        ProcessCluster cluster = ProcessCluster.begin("27", ClusterOptions.of(10));
        Path trigger = cluster.directory().resolve("fsync-fails");
        Path done = cluster.directory().resolve("fsync-fails.done");
        cluster.configure("c", with(cluster, "fsync", "MAINTAINER_FSYNC_FAILS", trigger));
        try (Scenario scenario = Scenario.of("27", cluster, cluster.sink())) {
            Files.createFile(trigger);
            Patience.await("fsync to fail at node c", ProcessCluster.LONG, () -> Files.exists(done));
            Path segment = Path.of(Files.readString(done));
            scenario.report("the segment that could not be forced is " + segment);
            scenario.report("the checkpoint passes it", cluster.awaitProgress(), Duration.ofSeconds(3));

            String seq = String.valueOf(segment.getFileName()).replace(".log", "");
            assertThat(segment.resolveSibling(seq + ".seal")).as("its seal").exists();
            long size = Files.size(segment);
            cluster.awaitProgress();
            assertThat(Files.size(segment)).as("what is in it").isEqualTo(size);
            assertThat(segment.resolveSibling(Long.parseLong(seq) + 1 + ".claim"))
                    .as("the opening after it")
                    .exists();
            scenario.conclude("Input/output error");
        }
    }

    @Test
    @DisplayName("28. The wall clock of a node goes an hour forward, and back: nobody is removed, and nothing moves")
    void wallClock() throws IOException, InterruptedException {
        ProcessCluster cluster = ProcessCluster.begin("28", ClusterOptions.of(8));
        Path offset = cluster.directory().resolve("offset");
        set(offset, 0);
        cluster.configure("c", with(cluster, "clock", "MAINTAINER_CLOCK_OFFSET", offset));
        try (Scenario scenario = Scenario.of("28", cluster, cluster.sink())) {
            List<String> roster = cluster.roster();
            long epoch = cluster.epoch();
            for (long seconds : List.of(HOUR, 0L, -HOUR, 0L)) {
                set(offset, seconds);
                scenario.report("clock at " + seconds + " s", cluster.awaitProgress(), ProcessCluster.LEASE);
                Patience.pass(Duration.ofSeconds(6));
            }
            scenario.report("lag at the most", scenario.watch().worstLag(), ProcessCluster.LEASE);

            assertThat(cluster.roster()).as("members").isEqualTo(roster);
            assertThat(cluster.epoch()).as("epoch").isEqualTo(epoch);
            String later = Instant.now().plusSeconds(HOUR / 2).toString();
            assertThat(scenario.events().all())
                    .as("what node c has written down while its clock was ahead")
                    .anyMatch(each -> each.path("time").asText().compareTo(later) > 0);
            assertThat(scenario.events().named("session-ended"))
                    .as("sessions that have ended")
                    .isEmpty();
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    private static void set(Path offset, long seconds) throws IOException {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(seconds)
                .array();
        // In place: the file is mapped.
        Files.write(offset, bytes, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static Member.Options with(ProcessCluster cluster, String shim, String variable, Path value)
            throws IOException, InterruptedException {
        Optional<Shim> compiled = Shim.compile(shim, cluster.directory());
        if (compiled.isEmpty()) {
            cluster.close();
        }
        Assumptions.assumeTrue(compiled.isPresent(), "there is no C compiler, called cc, on this machine");
        return new Member.Options(List.of(), compiled.orElseThrow().environment(variable, value));
    }
}
