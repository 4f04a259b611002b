package dev.maintainer.it.loading;

import static dev.maintainer.it.loading.PluginBuilder.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.node.run.RunOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample log, replicated by a process of its own with a planner that came in each of the three ways. */
class WholeRunTest {
    private static final String MAIN = "dev.maintainer.node.cli.MaintainerCommand";
    private static final String FIRST_NODE = "com.acme.FirstNode";

    /** One class of each jar that a node consists of. */
    private static final List<String> NODE = List.of(
            "dev.maintainer.api.model.NodeId",
            "dev.maintainer.scheduler.spi.Plan",
            "dev.maintainer.scheduler.defaults.BasicSchedulerProvider",
            "dev.maintainer.operator.OperatorController",
            "dev.maintainer.core.MaintainerConfig",
            "dev.maintainer.dispatcher.DispatcherManager",
            "dev.maintainer.coordinator.Coordinator",
            "dev.maintainer.simulator.Outcome",
            "com.fasterxml.jackson.core.JsonParser",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.annotation.JsonProperty",
            "picocli.CommandLine",
            "org.slf4j.Logger",
            "ch.qos.logback.classic.Logger",
            "ch.qos.logback.core.Context");

    @TempDir
    private Path temporary;

    /** Places every span on the first eligible node, as far as the budget goes. */
    private static PluginBuilder plugin() {
        return PluginBuilder.empty().source(FIRST_NODE, """
                        package com.acme;

                        import dev.maintainer.scheduler.spi.*;
                        import dev.maintainer.api.model.GroupId;
                        import java.util.*;

                        public final class FirstNode implements SchedulerProvider {
                            @Override public SchedulerDescriptor descriptor() {
                                return SchedulerDescriptor.named("first-node").builtFor(SpiLevel.of(2))
                                        .accepts("greeting", "is the code of the reason");
                            }

                            @Override public Scheduler create(SortedMap<String, String> configuration) {
                                Reason reason = new Reason(configuration.getOrDefault("greeting", "FIRST"), "it is");
                                return (snapshot, budget) -> plan(snapshot, budget, reason);
                            }

                            private static Plan plan(SchedulingSnapshot snapshot, Budget budget, Reason reason) {
                                List<Decision> decisions = new ArrayList<>();
                                for (NodeView node : snapshot.nodes()) {
                                    int room = Math.min(budget.maxDecisions(), budget.maxInFlightPerNode() - node.inFlight());
                                    if (node.eligible()) {
                                        for (GroupId group : snapshot.groups()) {
                                            for (SpanView span : snapshot.absent(group)) {
                                                if (decisions.size() < room) {
                                                    decisions.add(new Decision.Place(span.dispatcher(), node.id(), reason));
                                                }
                                            }
                                        }
                                        break;
                                    }
                                }
                                return Plan.of(decisions, reason);
                            }
                        }
                        """).services(FIRST_NODE);
    }

    @Test
    void fromADirectory() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("plugins"));
        plugin().jar(directory, "first-node.jar");
        List<String> command = new ArrayList<>(List.of("-cp", path(node())));
        command.add(MAIN);

        String said = run(command, "--plugins", directory.toString(), "--scheduler-config", "greeting=HELLO");

        assertThat(said)
                .contains("first-node (level 2, traits [], com.acme.FirstNode in ")
                .contains("first-node.jar)");
    }

    @Test
    void fromTheClassPath() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("lib"));
        Set<Path> parts = node();
        parts.add(plugin().jar(directory, "first-node.jar"));

        assertThat(run(List.of("-cp", path(parts), MAIN))).contains("first-node.jar)");
    }

    @Test
    void fromTheModulePath() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("mods"));
        Set<Path> parts = node();
        parts.add(plugin().module("""
                        module com.acme.first {
                            requires dev.maintainer.scheduler.spi;
                            provides dev.maintainer.scheduler.spi.SchedulerProvider with com.acme.FirstNode;
                        }
                        """).jar(directory, "first-node.jar"));

        assertThat(run(List.of("--module-path", path(parts), "-m", "dev.maintainer.node/" + MAIN)))
                .contains("first-node.jar)");
    }

    private static Set<Path> node() throws ClassNotFoundException {
        Set<Path> parts = new LinkedHashSet<>();
        parts.add(root(RunOptions.class));
        for (String type : NODE) {
            parts.add(root(Class.forName(type)));
        }
        return parts;
    }

    private static String path(Set<Path> parts) {
        return parts.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private String run(List<String> main, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary));
        command.addAll(main);
        command.addAll(List.of("run", "-v", "--scheduler", "first-node"));
        command.addAll(List.of(options));
        Path output = temporary.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said;
        try (Stream<String> lines = Files.lines(output)) {
            said = lines.limit(200).collect(Collectors.joining("\n"));
        }
        assertThat(ended).as("%s", said).isTrue();
        assertThat(process.exitValue()).as("%s", said).isZero();
        return said;
    }
}
