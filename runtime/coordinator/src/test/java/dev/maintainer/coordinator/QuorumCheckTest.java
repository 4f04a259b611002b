package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.CoordinatorRequest.CoordinatorBootstrap;
import dev.maintainer.api.model.NodeId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The coordinator leads on A, and runs no changefeed, so that nobody reports by himself. */
class QuorumCheckTest {
    private static final NodeId D = new NodeId("d");

    private final CoordinatorBench bench = new CoordinatorBench();

    /** Time passes in steps; these members answer when they are asked. */
    private void pass(long millis, NodeId... answering) {
        for (long passed = 0; passed < millis; passed += 500) {
            bench.tick(500);
            bench.take(CoordinatorBootstrap.class).forEach(asked -> {
                for (NodeId node : answering) {
                    if (node.equals(asked.to())) {
                        bench.answer(node);
                    }
                }
            });
        }
    }

    @Test
    @DisplayName(
            "A leader that hears nobody any more resigns, and expels nobody, although no maintainer has complained")
    void cutOff() {
        bench.start();

        pass(29_000);
        assertThat(bench.resignations).isEmpty();
        pass(2_000);

        assertThat(bench.resignations).singleElement().asString().contains("has heard 1 of 3 members within 30000 ms");
        assertThat(bench.expelled).isEmpty();
    }

    @Test
    @DisplayName("One that nobody relieves says it again, once per period")
    void saidAgain() {
        bench.start();
        pass(95_000);
        assertThat(bench.resignations).hasSize(3);
    }

    @Test
    @DisplayName("Members that run nothing are asked, and their answers are enough")
    void asked() {
        bench.start();
        pass(200_000, B, C);
        assertThat(bench.resignations).isEmpty();
    }

    @Test
    @DisplayName("Half of the members is enough")
    void half() {
        bench.start();
        pass(200_000, B);
        assertThat(bench.resignations).isEmpty();
    }

    @Test
    @DisplayName("As long as a majority reports by itself, nobody is asked")
    void nobodyIsAsked() {
        bench.running();
        bench.take();

        for (int i = 0; i < 100; i++) {
            bench.suspects(A, 1);
            bench.suspects(B, 1);
            bench.suspects(C, 1);
            bench.tick(500);
            assertThat(bench.take(CoordinatorBootstrap.class)).isEmpty();
        }
    }

    @Test
    @DisplayName("A member that was removed is not missed")
    void removed() {
        bench.start();
        pass(20_000, A);
        bench.members(A);
        pass(200_000);
        assertThat(bench.resignations).isEmpty();
    }

    @Test
    @DisplayName("If one that reports by itself is removed, the others are asked before anybody counts them as silent")
    void askedWhenTooFewAreLeft() {
        bench.start();
        bench.members(A, B, C, D);
        bench.answer(D);
        bench.take();
        for (int i = 0; i < 200; i++) {
            bench.answer(B);
            bench.tick(500);
        }
        assertThat(bench.take(CoordinatorBootstrap.class)).isEmpty();

        bench.members(A, C, D);
        pass(200_000, C, D);
        assertThat(bench.resignations).isEmpty();

        pass(32_000);
        assertThat(bench.resignations).hasSize(1);
    }

    @Test
    @DisplayName(
            "What passes while a coordinator stands still does not count: it has not read what others said meanwhile")
    void stoodStill() {
        bench.start();
        pass(5_000, B, C);

        bench.tick(100_000);
        pass(23_000);
        assertThat(bench.resignations).isEmpty();

        pass(8_000);
        assertThat(bench.resignations).hasSize(1);
    }

    @Test
    @DisplayName("What was heard before the start, which took long, does not count against anybody")
    void longStart() {
        bench.members(A, B, C);
        bench.answer(A);
        bench.answer(B);
        pass(29_000);
        bench.answer(C);

        pass(1_500);
        assertThat(bench.resignations).isEmpty();
    }
}
