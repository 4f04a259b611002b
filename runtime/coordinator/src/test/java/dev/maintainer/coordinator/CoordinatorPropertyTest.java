package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorSimulation.FEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.NodeId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorPropertyTest {
    private static void create(CoordinatorSimulation world) {
        world.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
    }

    /** Asked again until it is there, as people do. */
    private static void createUntilRunning(CoordinatorSimulation world) {
        for (int i = 0; i < 60 && world.view().map(ChangefeedView::phase).orElse(null) != PlacementPhase.RUNNING; i++) {
            create(world);
            world.run(1_000);
        }
    }

    private static void assertRunsOnce(CoordinatorSimulation world) {
        List<CoordinatorSimulation.Host> hosting = world.hosting();
        assertThat(hosting).hasSize(1);
        ChangefeedView view = world.view().orElseThrow();
        assertThat(view.phase()).isEqualTo(PlacementPhase.RUNNING);
        assertThat(view.owner()).isEqualTo(hosting.get(0).id);
        assertThat(Objects.requireNonNull(hosting.get(0).hosted).phase()).isEqualTo(LifecyclePhase.RUNNING);
    }

    @Test
    @DisplayName("lost and late messages, crashes, restarts, failing and conflicting writes, 300 seeds:"
            + " epochs only rise and have one node each; in the end the changefeed runs exactly once")
    void anythingInAnyOrder() {
        for (long seed = 0; seed < 300; seed++) {
            CoordinatorSimulation world = new CoordinatorSimulation(seed, 3);
            try {
                misbehave(world);
                world.faults = 0;
                world.run(10_000);
                createUntilRunning(world);
                world.run(10_000);
                assertRunsOnce(world);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", view " + world.view() + ", store " + world.durable, e);
            }
        }
    }

    private static void misbehave(CoordinatorSimulation world) {
        world.faults = world.random.nextInt(2, 25);
        for (int step = 0; step < 60; step++) {
            switch (world.random.nextInt(9)) {
                case 0, 1, 2 -> world.handle(new CoordinatorInput.MoveMaintainer(FEED, world.anyHost()));
                case 3 -> create(world);
                case 4 -> {
                    if (world.hosts.size() > 1) {
                        world.kill(world.anyHost());
                        world.join();
                    }
                }
                case 5 -> world.restart();
                case 6 ->
                    Objects.requireNonNull(world.hosts.get(world.anyHost())).restartLane();
                default -> {}
            }
            world.run(world.random.nextInt(50, 1_500));
        }
    }

    @Test
    @DisplayName("a host that loses its maintainer while its node lives: found by its silence, placed again")
    void hostForgets() {
        CoordinatorSimulation world = new CoordinatorSimulation(1, 3);
        createUntilRunning(world);
        NodeId owner = Objects.requireNonNull(world.view().orElseThrow().owner());
        long epoch = world.view().orElseThrow().epoch().value();
        Objects.requireNonNull(world.hosts.get(owner)).restartLane();
        world.run(4_000);
        assertThat(world.hosting()).isEmpty();
        world.run(4_000);
        assertRunsOnce(world);
        assertThat(world.view().orElseThrow().epoch().value()).isGreaterThan(epoch);
    }

    @Test
    @DisplayName("a host that is slow to report, but still has its maintainer, keeps it")
    void hostIsSlow() {
        CoordinatorSimulation world = new CoordinatorSimulation(1, 3);
        createUntilRunning(world);
        ChangefeedView before = world.view().orElseThrow();
        world.faults = 100;
        world.run(20_000);
        world.faults = 0;
        world.run(5_000);
        assertRunsOnce(world);
        assertThat(world.view().orElseThrow().epoch()).isEqualTo(before.epoch());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "a coordinator that dies at any point of a create, and of a remove: the next one brings both to their end")
    void crashPoints(boolean twice) {
        for (long point = 0; point < 60; point++) {
            CoordinatorSimulation world = new CoordinatorSimulation(point, 3);
            if (twice) {
                world.crashAt = point;
                createUntilRunning(world);
                world.run(5_000);
                assertRunsOnce(world);
            } else {
                createUntilRunning(world);
                world.crashAt = world.actions() + point;
            }
            for (int i = 0; i < 60 && (world.view().isPresent() || !world.durable.isEmpty()); i++) {
                world.handle(new CoordinatorInput.RemoveChangefeed(FEED));
                world.run(1_000);
            }
            world.run(5_000);
            assertThat(world.durable).as("crash at %d", point).isEmpty();
            assertThat(world.hosting()).as("crash at %d", point).isEmpty();
            assertThat(world.view()).as("crash at %d", point).isEmpty();
            assertThat(world.closedWorkers).as("crash at %d", point).isTrue();
        }
    }

    @Test
    @DisplayName(
            "removing while everything fails, 100 seeds: in the end it is gone everywhere, and its workers were told")
    void removeUnderFaults() {
        for (long seed = 0; seed < 100; seed++) {
            CoordinatorSimulation world = new CoordinatorSimulation(seed, 3);
            createUntilRunning(world);
            world.faults = 20;
            for (int i = 0; i < 5; i++) {
                world.handle(new CoordinatorInput.RemoveChangefeed(FEED));
                if (world.random.nextInt(3) == 0) {
                    world.restart();
                }
                world.run(1_000);
            }
            world.faults = 0;
            for (int i = 0; i < 30 && (world.view().isPresent() || !world.durable.isEmpty()); i++) {
                world.run(1_000);
                world.handle(new CoordinatorInput.RemoveChangefeed(FEED));
            }
            world.run(5_000);
            assertThat(world.durable).as("seed %d", seed).isEmpty();
            assertThat(world.hosting()).as("seed %d", seed).isEmpty();
            assertThat(world.view()).as("seed %d", seed).isEmpty();
            assertThat(world.closedWorkers).as("seed %d", seed).isTrue();
        }
    }
}
