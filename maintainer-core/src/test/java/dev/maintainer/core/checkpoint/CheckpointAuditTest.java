package dev.maintainer.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.core.registry.SpanRegistry;
import org.junit.jupiter.api.Test;

/** Each rule of the audit sees what it is there for. */
class CheckpointAuditTest {
    private static final NodeId A = new NodeId("a");

    private final Watermarks watermarks = new Watermarks();
    private final CheckpointCalculator checkpoint = new CheckpointCalculator(A, new SpanRegistry(), watermarks, 100);

    private void sees(String invariant) {
        assertThat(checkpoint.audit(Long.MAX_VALUE))
                .extracting(Finding::invariant)
                .contains(invariant);
    }

    @Test
    void aCheckpointThatWentBack() {
        assertThat(checkpoint.audit(Long.MAX_VALUE)).isEmpty();
        checkpoint.committedTs = 99;
        sees("I-13");
    }

    @Test
    void anInfiniteCheckpoint() {
        checkpoint.committedTs = Long.MAX_VALUE;
        sees("I-41");
    }

    @Test
    void aCheckpointAboveItsConstraints() {
        checkpoint.committedTs = 101;
        sees("I-39");
    }

    @Test
    void aCheckpointInAGap() {
        checkpoint.dropped(100, 200);
        assertThat(checkpoint.audit(Long.MAX_VALUE)).isEmpty();
        checkpoint.committedTs = 150;
        checkpoint.allowedTs = 150;
        sees("I-39");
    }

    @Test
    void aCheckpointThatCouldBeHigher() {
        watermarks.store(A, new Watermark(200, 200, 1));
        sees("I-39");
        checkpoint.compute(Long.MAX_VALUE);
        assertThat(checkpoint.audit(Long.MAX_VALUE)).isEmpty();
    }
}
