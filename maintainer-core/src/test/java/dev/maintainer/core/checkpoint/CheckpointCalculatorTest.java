package dev.maintainer.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The maintainer runs on node a, which therefore always has to report: its trigger dispatcher runs there. */
class CheckpointCalculatorTest {
    private static final long NO_CAP = Long.MAX_VALUE;
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private final SpanRegistry registry = new SpanRegistry();
    private final Watermarks watermarks = new Watermarks();
    private final CheckpointCalculator calculator = new CheckpointCalculator(A, registry, watermarks, 10);

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private void running(long n, NodeId node, long checkpointTs) {
        registry.addReplicating(
                id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), checkpointTs, node, ComponentState.WORKING);
    }

    private void absent(long n, long checkpointTs) {
        registry.addAbsent(id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), checkpointTs);
    }

    private SpanReplica span(long n) {
        return Objects.requireNonNull(registry.get(id(n)));
    }

    private void watermark(NodeId node, long checkpointTs, long seq) {
        watermarks.store(node, new Watermark(checkpointTs, checkpointTs + 50, seq));
    }

    @Test
    @DisplayName("L-74: one node with watermark 100: 100")
    void oneNode() {
        running(1, A, 10);
        watermark(A, 100, 1);

        assertThat(calculator.compute(NO_CAP)).isTrue();

        assertThat(calculator.committedTs()).isEqualTo(100);
        assertThat(calculator.resolvedTs()).isEqualTo(150);
        assertThat(calculator.heldBy(NO_CAP)).hasToString("node a");
    }

    @Test
    @DisplayName("L-76, invariant 42: a node with spans and without a watermark blocks; one without spans does not")
    void aMissingWatermarkBlocks() {
        running(1, A, 10);
        running(2, B, 10);
        watermark(A, 100, 1);

        assertThat(calculator.compute(NO_CAP)).isFalse();
        assertThat(calculator.committedTs()).isEqualTo(10);
        assertThat(calculator.heldBy(NO_CAP)).hasToString("missing watermark of node b");

        registry.remove(id(2));
        assertThat(calculator.compute(NO_CAP)).isTrue();
        assertThat(calculator.committedTs()).isEqualTo(100);
    }

    @Test
    @DisplayName("The maintainer's own node is required without spans too: its trigger runs there")
    void theOwnNodeIsAlwaysRequired() {
        running(1, B, 10);
        watermark(B, 100, 1);

        assertThat(calculator.compute(NO_CAP)).isFalse();
        assertThat(calculator.heldBy(NO_CAP)).hasToString("missing watermark of node a");

        watermark(A, 80, 0);
        assertThat(calculator.compute(NO_CAP)).isTrue();
        assertThat(calculator.committedTs()).isEqualTo(80);
    }

    @Test
    @DisplayName("Invariant 41: nothing that constrains is not infinity")
    void neverInfinite() {
        assertThat(calculator.compute(NO_CAP)).isFalse();
        watermark(A, Long.MAX_VALUE - 100, 0);
        calculator.compute(NO_CAP);

        assertThat(calculator.committedTs()).isLessThan(Long.MAX_VALUE);
        assertThat(calculator.resolvedTs()).isLessThan(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("Invariant 39: a span that nobody replicates holds the checkpoint")
    void aSpanThatIsNotPlacedHolds() {
        watermark(A, 100, 1);
        absent(1, 40);

        calculator.compute(NO_CAP);
        assertThat(calculator.committedTs()).isEqualTo(40);
        assertThat(calculator.heldBy(NO_CAP)).hasToString("a span that is not placed");

        registry.bind(span(1), A);
        assertThat(calculator.compute(NO_CAP)).isFalse();

        registry.markReplicating(span(1));
        calculator.compute(NO_CAP);
        assertThat(calculator.committedTs()).isEqualTo(100);
    }

    @Test
    void aCapFromOutsideHolds() {
        running(1, A, 10);
        watermark(A, 100, 1);

        calculator.compute(60);

        assertThat(calculator.committedTs()).isEqualTo(60);
        assertThat(calculator.resolvedTs()).isEqualTo(60);
        assertThat(calculator.heldBy(60)).hasToString("removal");
    }

    @Test
    @DisplayName("I-82, invariant 13: the committed checkpoint never goes back, progress may")
    void theCommittedCheckpointNeverGoesBack() {
        watermark(A, 100, 1);
        calculator.compute(NO_CAP);
        // A dispatcher that replays older data came to the node.
        watermark(A, 50, 2);

        assertThat(calculator.compute(NO_CAP)).isFalse();

        assertThat(calculator.committedTs()).isEqualTo(100);
        assertThat(calculator.heldBy(NO_CAP)).hasToString("node a");
        watermark(A, 101, 2);
        assertThat(calculator.compute(NO_CAP)).isTrue();
        assertThat(calculator.committedTs()).isEqualTo(101);
    }

    @Test
    @DisplayName(
            "I-94, L-77, invariant 40: an add that ends with the heartbeat that includes it never lets go too early")
    void constraintsAreReadBeforeWatermarks() {
        watermark(A, 120, 1);
        absent(1, 150);
        registry.bind(span(1), A);

        watermark(A, 200, 1);
        calculator.compute(NO_CAP);
        assertThat(calculator.committedTs()).isEqualTo(150);

        // One heartbeat: the watermark first, then the statuses.
        watermark(A, 150, 2);
        calculator.compute(NO_CAP);
        registry.markReplicating(span(1));
        calculator.compute(NO_CAP);

        assertThat(calculator.committedTs()).isEqualTo(150);
    }

    @Test
    @DisplayName("L-82: a node dies: its spans hold before its watermark is forgotten")
    void aDeathMakesNoJump() {
        running(1, B, 10);
        watermark(A, 500, 1);
        watermark(B, 100, 1);
        registry.report(Objects.requireNonNull(registry.get(id(1))), ComponentState.WORKING, 90);

        registry.markAbsent(span(1));
        calculator.compute(NO_CAP);
        watermarks.forget(B);
        calculator.compute(NO_CAP);

        assertThat(calculator.committedTs()).isEqualTo(90);
    }

    @Test
    void anOlderWatermarkIsNotStored() {
        watermark(A, 100, 5);

        assertThat(watermarks.store(A, new Watermark(200, 200, 4))).isFalse();
        assertThat(watermarks.store(A, new Watermark(99, 300, 5))).isFalse();
        assertThat(watermarks.store(A, new Watermark(100, 300, 5)))
                .as("more received")
                .isTrue();
        assertThat(watermarks.store(A, new Watermark(90, 200, 6))).isTrue();

        assertThat(watermarks.of(A)).isEqualTo(new Watermark(90, 200, 6));
        assertThat(watermarks.of(B)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("Invariants 13, 39: monotone, and never above what constrains, under random events")
    void monotoneAndConstrained(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NodeId[] nodes = {A, B, new NodeId("c")};
        for (long n = 1; n <= 8; n++) {
            absent(n, 10 + random.nextInt(20));
        }
        long seq = 0;
        for (int i = 0; i < 3_000; i++) {
            long n = random.nextLong(1, 9);
            NodeId node = nodes[random.nextInt(nodes.length)];
            switch (random.nextInt(5)) {
                case 0 -> registry.bind(span(n), node);
                case 1 -> registry.markReplicating(span(n));
                case 2 -> registry.markAbsent(span(n));
                case 3 -> watermarks.forget(node);
                default -> watermark(node, 10 + i + random.nextInt(30), ++seq);
            }
            long cap = random.nextInt(4) == 0 ? 10 + i : NO_CAP;
            long before = calculator.committedTs();

            boolean risen = calculator.compute(cap);

            assertThat(risen).isEqualTo(calculator.committedTs() > before);
            assertThat(calculator.audit(cap)).isEmpty();
            if (risen) {
                long lowest = registry.minNonReplicating(cap);
                for (NodeId required : nodes) {
                    if (required.equals(A) || registry.boundCount(required) > 0) {
                        Watermark held = watermarks.of(required);
                        assertThat(held).isNotNull();
                        lowest = held == null ? 0 : Math.min(lowest, held.checkpointTs());
                    }
                }
                assertThat(calculator.committedTs()).isEqualTo(lowest);
            } else {
                assertThat(calculator.committedTs()).isEqualTo(before);
            }
        }
    }
}
