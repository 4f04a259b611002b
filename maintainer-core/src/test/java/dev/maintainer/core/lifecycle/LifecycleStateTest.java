package dev.maintainer.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleStateTest {
    private final LifecycleState lifecycle = new LifecycleState();

    private void runs() {
        assertThat(lifecycle.on(LifecyclePhase.Event.BOOTSTRAPPED)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(RemovalMode.class)
    @DisplayName("a maintainer is quiesced from the begin of its removal on, and stays so when it has closed")
    void quiesced(RemovalMode mode) {
        runs();
        assertThat(lifecycle.isQuiesced()).isFalse();

        lifecycle.begin(mode);
        assertThat(lifecycle.isQuiesced()).isTrue();

        lifecycle.on(LifecyclePhase.Event.CLOSE_CONFIRMED);
        assertThat(lifecycle.isQuiesced()).isTrue();
    }

    @Test
    @DisplayName("one that a newer owner has fenced is quiesced, in whatever phase that happens")
    void fenced() {
        lifecycle.on(LifecyclePhase.Event.FENCED);

        assertThat(lifecycle.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(lifecycle.isQuiesced()).isTrue();
        assertThat(lifecycle.removal()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"HANDOFF, CLOSE, CLOSE", "CLOSE, HANDOFF, CLOSE", "CLOSE, DROP, DROP", "DROP, CLOSE, DROP"})
    @DisplayName("of several requests the strongest counts, in whatever order they come")
    void strongest(RemovalMode first, RemovalMode second, RemovalMode strongest) {
        runs();
        lifecycle.begin(first);

        boolean more = lifecycle.strengthen(second);

        assertThat(lifecycle.removal()).isEqualTo(strongest);
        assertThat(more).isEqualTo(first != strongest);
        assertThat(lifecycle.allows(LifecycleAction.SEND_CLOSE)).isTrue();
    }

    @Test
    @DisplayName("before it runs there is nothing to hand over, and everything to close")
    void beforeItRuns() {
        assertThat(lifecycle.canBegin(RemovalMode.HANDOFF)).isFalse();
        assertThatThrownBy(() -> lifecycle.begin(RemovalMode.HANDOFF)).hasMessageContaining("BOOTSTRAPPING");
        assertThat(lifecycle.removal()).isNull();

        assertThat(lifecycle.canBegin(RemovalMode.CLOSE)).isTrue();
    }

    @Test
    @DisplayName("a handoff closes no worker")
    void handoff() {
        runs();
        lifecycle.begin(RemovalMode.HANDOFF);

        assertThat(lifecycle.allows(LifecycleAction.SEND_CLOSE)).isFalse();
        assertThat(lifecycle.allows(LifecycleAction.RUN_TRIGGER_CLOSE)).isTrue();
    }
}
