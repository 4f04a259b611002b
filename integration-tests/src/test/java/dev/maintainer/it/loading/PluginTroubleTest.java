package dev.maintainer.it.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.node.run.PlanningReport;
import dev.maintainer.node.run.RunDriver;
import dev.maintainer.node.run.RunOptions;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.node.run.SampleLog;
import dev.maintainer.node.run.SchedulerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plug-ins as bad as they come: the sample log is replicated all the same, and the report says what was wrong. */
class PluginTroubleTest {
    private static final String TYPE = "com.acme.Trouble";

    @TempDir
    private Path temporary;

    /** What a planner does instead of planning. */
    private enum Trouble {
        THROWS("throw new IllegalArgumentException(\"no idea\");", "SCHEDULER_FAILED", "no idea"),
        RETURNS_NULL("return null;", "SCHEDULER_FAILED", "returned null"),
        DOES_NOT_LINK("throw new NoSuchMethodError(\"gone\");", "MISALIGNED_JARS", "maintainer-bom"),
        RECURSES("return plan(snapshot, budget);", "SCHEDULER_FAILED", "StackOverflowError"),
        FILLS_THE_HEAP(
                "long[] much = new long[Integer.MAX_VALUE]; return much.length == 0 ? null : null;",
                "SCHEDULER_FAILED",
                "virtual machine"),
        THROWS_WHAT_THROWS(
                "throw new RuntimeException() { @Override public String toString() { throw this; } };",
                "SCHEDULER_FAILED",
                TYPE),
        THROWS_AN_ERROR_THAT_THROWS(
                "throw new Error() { @Override public String toString() { throw this; } };", "SCHEDULER_FAILED", TYPE),
        GIVES_NO_CODE("return Plan.keep(new Reason(null, \"because\"));", "PLAN_REJECTED", "MISSING_PART"),
        DECIDES_TEN_MILLION_TIMES("""
                Reason reason = new Reason("MANY", "all of them");
                var node = snapshot.nodes().get(0).id();
                return Plan.of(new java.util.AbstractList<Decision>() {
                    @Override public Decision get(int index) {
                        if (index > budget.maxDecisions()) { throw new IllegalStateException("read too far"); }
                        return new Decision.Place(new dev.maintainer.api.model.DispatcherId(7, index + 1), node, reason);
                    }

                    @Override public int size() { return 10_000_000; }
                }, reason);
                """, "PLAN_REJECTED", "UNKNOWN_SPAN"),
        RESTORES_WITHOUT_A_CLAIM("""
                java.util.List<Decision> decisions = new java.util.ArrayList<>();
                Reason reason = new Reason("HOME", "it wants to");
                for (var group : snapshot.groups()) {
                    for (SpanView span : snapshot.absent(group)) {
                        var node = snapshot.nodes().get(0).id();
                        decisions.add(new Decision.Move(span.dispatcher(), node, node, reason).restoringConstraint());
                    }
                }
                return Plan.of(decisions, reason);
                """, "PLAN_REJECTED", "UNCLAIMED_CONSTRAINT"),
        ENDS_ITS_THREAD(
                "Thread.currentThread().interrupt(); throw new ThreadDeath();", "SCHEDULER_FAILED", "ThreadDeath"),
        SLEEPS_FOR_EVER(
                "try { Thread.sleep(Long.MAX_VALUE); } catch (InterruptedException e) { } return null;",
                "PLAN_TIMED_OUT",
                "deadline"),
        IS_DEAF(
                "while (true) { try { Thread.sleep(Long.MAX_VALUE); } catch (InterruptedException e) { } }",
                "PLAN_TIMED_OUT",
                "deadline"),
        MOVES_TO_THE_DEAD("""
                java.util.List<Decision> decisions = new java.util.ArrayList<>();
                Reason reason = new Reason("SEANCE", "they call");
                for (var group : snapshot.groups()) {
                    for (SpanView span : snapshot.absent(group)) {
                        decisions.add(new Decision.Place(span.dispatcher(), new dev.maintainer.api.model.NodeId("ghost"), reason));
                    }
                }
                return Plan.of(decisions, reason);
                """, "PLAN_REJECTED", "UNKNOWN_TARGET");

        private final String body;
        private final String code;
        private final String evidence;

        Trouble(String body, String code, String evidence) {
            this.body = body;
            this.code = code;
            this.evidence = evidence;
        }
    }

    private static PluginBuilder plugin(String body) {
        return PluginBuilder.empty().source(TYPE, """
                package com.acme;

                import dev.maintainer.scheduler.spi.*;
                import java.util.SortedMap;

                public final class Trouble implements SchedulerProvider {
                    @Override public SchedulerDescriptor descriptor() {
                        return SchedulerDescriptor.named("trouble").builtFor(SpiLevel.of(2));
                    }

                    @Override public Scheduler create(SortedMap<String, String> configuration) {
                        return new Planner();
                    }

                    private static final class Planner implements Scheduler {
                        @Override public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
                            %s
                        }
                    }
                }
                """.formatted(body)).services(TYPE);
    }

    private SchedulerOptions options(String scheduler) {
        return new SchedulerOptions(
                scheduler,
                Collections.emptySortedMap(),
                temporary.resolve("plugins"),
                null,
                List.of(),
                Collections.emptySortedMap());
    }

    private RunResult run(int handoffs, SchedulerOptions options) throws Exception {
        return new RunDriver(
                        SampleLog.read(),
                        temporary.resolve("sink"),
                        RunOptions.builder(options).handoffs(handoffs).build(),
                        snapshot -> {})
                .run();
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    @DisplayName("UP-80: the sink is right, and the report says DEGRADED with the reason")
    void trouble(Trouble trouble) throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("plugins"));
        plugin(trouble.body).jar(directory, "trouble.jar");

        RunResult result = run(0, options("trouble"));

        assertThat(result.isGood()).isTrue();
        PlanningReport.Change degraded = result.planning().degraded().orElseThrow();
        assertThat(degraded.condition()).isEqualTo(SchedulerCondition.DEGRADED);
        assertThat(degraded.why()).contains("'trouble' has failed 3 times in a row", trouble.code, trouble.evidence);
        assertThat(String.join("\n", result.planning().lines())).contains("DEGRADED", "rounds FAILED");
        assertThat(result.toJson()
                        .path("planning")
                        .path("degraded")
                        .path("reason")
                        .asText())
                .contains(trouble.code);
        assertThat(result.planning().moved()).isZero();
    }

    @Test
    @DisplayName("A degraded owner hands over as any other, and its successor finds out for itself")
    void handedOver() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("plugins"));
        plugin(Trouble.THROWS.body).jar(directory, "trouble.jar");

        RunResult result = run(2, options("trouble"));

        assertThat(result.isGood()).isTrue();
        assertThat(result.handoffs()).hasSize(2);
        assertThat(result.planning().degraded()).isPresent();
    }

    @Test
    @DisplayName("A plug-in that is selected on the way and fails does not take over; one that works does, and stays")
    void swapped() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("plugins"));
        plugin(Trouble.THROWS.body).jar(directory, "trouble.jar");

        RunResult result = run(4, options("balance").with("basic", List.of("trouble", "basic")));

        assertThat(result.isGood()).isTrue();
        assertThat(result.handoffs()).hasSize(4);
        PlanningReport planning = result.planning();
        assertThat(planning.swaps()).hasSize(2);
        assertThat(planning.swaps().get(0)).startsWith("REFUSED: ").contains("no idea", "'balance' goes on");
        assertThat(planning.swaps().get(1)).isEqualTo("'basic' plans instead of 'balance'");
        assertThat(planning.scheduler())
                .as("chosen, and handed on to the owners after")
                .isEqualTo("basic");
        assertThat(planning.shadows()).isNotEmpty();
        assertThat(planning.shadows().get(0).figures().rounds()).isPositive();
    }

    @Test
    @DisplayName("What is not contained: a plug-in that ends the process. The next run ends what it began")
    void endsTheProcess() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("plugins"));
        plugin("System.exit(42); return null;").jar(directory, "trouble.jar");

        ForkedNode.Ended killed = runSample(directory, "trouble");
        ForkedNode.Ended after = runSample(directory, "balance");

        assertThat(killed.exitValue()).as("%s", killed.said()).isEqualTo(42);
        assertThat(after.exitValue()).as("%s", after.said()).isZero();
        assertThat(after.said()).contains("equals the log");
    }

    @Test
    @DisplayName("A planner that fills the heap bit by bit costs its node neither its life nor its membership")
    void fillsTheHeap() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("plugins"));
        plugin("""
                java.util.List<Object> all = new java.util.ArrayList<>();
                while (true) { all.add(new long[1_000]); }
                """).jar(directory, "trouble.jar");

        ForkedNode.Ended ended = runSample(directory, "trouble", "-Xmx128m");

        assertThat(ended.exitValue()).as("%s", ended.said()).isZero();
        assertThat(ended.said())
                .contains("equals the log", "DEGRADED", "OutOfMemoryError")
                .doesNotContain("no longer a member", "is expelled");
    }

    /** Replicates the sample, in a process of its own. */
    private ForkedNode.Ended runSample(Path plugins, String scheduler, String... javaOptions) throws Exception {
        Path log = temporary.resolve("sample.ndjson.gz");
        try (var in = SampleLog.class.getResourceAsStream("sample.ndjson.gz")) {
            Files.copy(Objects.requireNonNull(in), log, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> main = new ArrayList<>(List.of(javaOptions));
        main.addAll(List.of("-cp", ForkedNode.path(ForkedNode.parts()), ForkedNode.MAIN));
        List<String> run = List.of(
                "run",
                "--changelog",
                log.toString(),
                "--sink",
                temporary.resolve("sink").toString(),
                "--plugins",
                plugins.toString(),
                "--scheduler",
                scheduler);
        return new ForkedNode(temporary).run(main, run);
    }
}
