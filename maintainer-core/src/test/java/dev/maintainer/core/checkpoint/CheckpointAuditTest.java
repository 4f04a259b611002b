package dev.maintainer.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.registry.SpanRegistry;
import org.junit.jupiter.api.Test;

/** Each rule of the audit sees what it is there for. */
class CheckpointAuditTest {
    private final CheckpointCalculator checkpoint =
            new CheckpointCalculator(new NodeId("a"), new SpanRegistry(), new Watermarks(), 100);

    private void sees(String invariant) {
        assertThat(checkpoint.audit()).extracting(Finding::invariant).contains(invariant);
    }

    @Test
    void aCheckpointThatWentBack() {
        assertThat(checkpoint.audit()).isEmpty();
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
        assertThat(checkpoint.audit()).isEmpty();
        checkpoint.committedTs = 150;
        checkpoint.allowedTs = 150;
        sees("I-39");
    }
}
