package dev.maintainer.it.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample log, replicated by a process of its own with a planner that came in each of the three ways. */
class WholeRunTest {
    private static final String FIRST_NODE = "com.acme.FirstNode";

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
        List<String> command = new ArrayList<>(List.of("-cp", ForkedNode.path(ForkedNode.parts())));
        command.add(ForkedNode.MAIN);

        String said = run(command, "--plugins", directory.toString(), "--scheduler-config", "greeting=HELLO");

        assertThat(said)
                .contains("first-node (level 2, traits [], com.acme.FirstNode in ")
                .contains("first-node.jar)");
    }

    @Test
    void fromTheClassPath() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("lib"));
        Set<Path> parts = ForkedNode.parts();
        parts.add(plugin().jar(directory, "first-node.jar"));

        assertThat(run(List.of("-cp", ForkedNode.path(parts), ForkedNode.MAIN))).contains("first-node.jar)");
    }

    @Test
    void fromTheModulePath() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("mods"));
        Set<Path> parts = ForkedNode.parts();
        parts.add(plugin().module("""
                        module com.acme.first {
                            requires dev.maintainer.scheduler.spi;
                            provides dev.maintainer.scheduler.spi.SchedulerProvider with com.acme.FirstNode;
                        }
                        """).jar(directory, "first-node.jar"));

        assertThat(run(List.of(
                        "--module-path", ForkedNode.path(parts), "-m", "dev.maintainer.node/" + ForkedNode.MAIN)))
                .contains("first-node.jar)");
    }

    private String run(List<String> main, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("run", "-v", "--scheduler", "first-node"));
        arguments.addAll(List.of(options));
        ForkedNode.Ended ended = new ForkedNode(temporary).run(main, arguments);
        assertThat(ended.exitValue()).as("%s", ended.said()).isZero();
        return ended.said();
    }
}
