package dev.maintainer.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.message.DrainProgress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTargetTest {
    private static final NodeId A = new NodeId("a");

    @Test
    @DisplayName("of two targets the higher epoch counts, whatever they say")
    void newer() {
        assertThat(new DrainTarget(null, 2).isNewerThan(new DrainTarget(A, 1))).isTrue();
        assertThat(new DrainTarget(A, 2).isNewerThan(new DrainTarget(null, 2))).isFalse();
        assertThat(new DrainTarget(A, 2).is(A)).isTrue();
        assertThat(DrainTarget.NONE.is(null)).isFalse();
    }

    @Test
    @DisplayName("a node without an epoch, and numbers below zero, are refused")
    void refused() {
        assertThatThrownBy(() -> new DrainTarget(A, 0)).hasMessageContaining("drain epoch 0");
        assertThatThrownBy(() -> new DrainTarget(null, -1)).hasMessageContaining("-1");
        // A negative number would make up for what another changefeed has left, and the node be called empty.
        assertThatThrownBy(() -> new DrainProgress(1, -3, 0)).hasMessageContaining("spans -3");
    }
}
