package dev.maintainer.api.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.operator.OperatorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuiesceAllowlistTest {
    private static final DispatcherId TRIGGER = new DispatcherId(1, 1);
    private static final DispatcherId REDO_TRIGGER = new DispatcherId(1, 2);
    private static final DispatcherId TABLE = new DispatcherId(1, 3);

    @ParameterizedTest
    @EnumSource(OperatorType.class)
    void admitsTheCloseOfATriggerAndNoOtherOperatorWithItsId(OperatorType type) {
        QuiesceAllowlist allowlist = QuiesceAllowlist.closing(TRIGGER);

        assertThat(allowlist.admits(TRIGGER, type)).isEqualTo(type == OperatorType.REMOVE);
        assertThat(allowlist.admits(TABLE, type)).isFalse();
        assertThat(QuiesceAllowlist.NONE.admits(TRIGGER, type)).isFalse();
    }

    @Test
    void leavesTheZeroIdOut() {
        QuiesceAllowlist allowlist = QuiesceAllowlist.closing(DispatcherId.ZERO, TRIGGER);

        assertThat(allowlist.triggers()).containsExactly(TRIGGER);
        assertThat(allowlist.admits(DispatcherId.ZERO, OperatorType.REMOVE)).isFalse();
    }

    @Test
    void canOnlyBeNarrowed() {
        QuiesceAllowlist both = QuiesceAllowlist.closing(TRIGGER, REDO_TRIGGER);

        assertThat(both.narrowedTo(QuiesceAllowlist.closing(REDO_TRIGGER, TABLE))
                        .triggers())
                .containsExactly(REDO_TRIGGER);
        assertThat(both.narrowedTo(QuiesceAllowlist.NONE).triggers()).isEmpty();
        assertThat(QuiesceAllowlist.NONE.narrowedTo(both).triggers()).isEmpty();
        assertThat(both.triggers()).containsExactly(TRIGGER, REDO_TRIGGER);
    }
}
