package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static dev.maintainer.coordinator.CoordinatorBench.FEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.MaintainerEpoch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The store is down for a while: it is asked again, with pauses, and what was wanted happens when it is back. */
class StoreDownTest {
    private static final int TICKS = 200;
    private static final int MILLIS = 50;
    /** One write and one load for each pause, and those with which it begins. */
    private static final int MOST =
            2 * (int) (TICKS * MILLIS / CoordinatorConfig.defaults().resendMillis()) + 2;

    private final CoordinatorBench bench = new CoordinatorBench();

    /** It is down for ten seconds, with a tick every 50 ms. */
    private void down() {
        bench.down = true;
        bench.asked = 0;
        for (int i = 0; i < TICKS; i++) {
            bench.tick(MILLIS);
        }
    }

    private void back() {
        bench.down = false;
        bench.tick(500);
        bench.tick(500);
    }

    @Test
    @DisplayName("a move claims its epoch when the store is back")
    void move() {
        bench.running();
        bench.down = true;
        bench.move(B);
        down();
        assertThat(bench.asked).isBetween(2, MOST);

        back();

        assertThat(bench.stored().epoch()).isEqualTo(new MaintainerEpoch(2));
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.REMOVE_ORIGIN);
    }

    @Test
    @DisplayName("checkpoints that rise all the time are no reason to ask more often")
    void checkpoints() {
        bench.running();
        bench.down = true;
        bench.asked = 0;
        for (int i = 0; i < TICKS; i++) {
            bench.report(A, 1, LifecyclePhase.RUNNING, 200 + i);
            bench.tick(MILLIS);
        }
        assertThat(bench.asked).isBetween(2, MOST);

        back();

        assertThat(bench.stored().checkpointTs()).isEqualTo(200 + TICKS - 1);
    }

    @Test
    @DisplayName("a removal deletes when the store is back")
    void deletion() {
        bench.running();
        bench.handle(new CoordinatorInput.RemoveChangefeed(FEED));
        bench.down = true;
        bench.report(A, 1, LifecyclePhase.CLOSED, 120);
        down();
        assertThat(bench.asked).isBetween(2, MOST);

        back();

        assertThat(bench.durable).isEmpty();
    }

    @Test
    @DisplayName("a creation is not given up")
    void creation() {
        bench.start();
        bench.down = true;
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        down();
        assertThat(bench.asked).isBetween(2, MOST);

        back();

        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
    }

    @Test
    @DisplayName("a coordinator begins when the store is back")
    void start() {
        bench.down = true;
        bench.members(A, B, C);
        bench.answer(A);
        bench.answer(B);
        bench.answer(C);
        down();
        assertThat(bench.asked).isBetween(2, MOST);

        back();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));

        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
    }
}
