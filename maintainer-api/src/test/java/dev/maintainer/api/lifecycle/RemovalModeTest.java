package dev.maintainer.api.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.message.WorkerCommand.CloseChangefeed;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RemovalModeTest {
    @ParameterizedTest
    @EnumSource(RemovalMode.class)
    void whateverElseIsAskedForADropRemainsOne(RemovalMode other) {
        assertThat(RemovalMode.DROP.or(other)).isEqualTo(RemovalMode.DROP);
        assertThat(other.or(RemovalMode.DROP)).isEqualTo(RemovalMode.DROP);
        assertThat(other.or(RemovalMode.HANDOFF)).isEqualTo(other);
    }

    @Test
    void noWorkerIsToldToCloseForAHandoff() {
        assertThatThrownBy(() ->
                        new CloseChangefeed(new ChangefeedId("orders"), new MaintainerEpoch(1), RemovalMode.HANDOFF))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HANDOFF");
    }
}
