package dev.maintainer.api.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase.Event;
import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LifecyclePhaseTest {

    @ParameterizedTest
    @CsvSource({
        "BOOTSTRAPPING, BOOTSTRAPPED,      RUNNING",
        "BOOTSTRAPPING, HANDOFF_REQUESTED, BOOTSTRAPPING",
        "BOOTSTRAPPING, CLOSE_REQUESTED, REMOVING",
        "BOOTSTRAPPING, CLOSE_CONFIRMED,   BOOTSTRAPPING",
        "BOOTSTRAPPING, FENCED,            CLOSED",
        "RUNNING,       BOOTSTRAPPED,      RUNNING",
        "RUNNING,       HANDOFF_REQUESTED, REMOVING",
        "RUNNING,       CLOSE_REQUESTED, REMOVING",
        "RUNNING,       CLOSE_CONFIRMED,   RUNNING",
        "RUNNING,       FENCED,            CLOSED",
        "REMOVING,      BOOTSTRAPPED,      REMOVING",
        "REMOVING,      HANDOFF_REQUESTED, REMOVING",
        "REMOVING,      CLOSE_REQUESTED, REMOVING",
        "REMOVING,      CLOSE_CONFIRMED,   CLOSED",
        "REMOVING,      FENCED,            CLOSED",
    })
    void theLifeIsThisTable(LifecyclePhase from, Event event, LifecyclePhase to) {
        assertThat(after(from, event)).isEqualTo(to);
    }

    @Test
    @DisplayName("I-167: a handoff request before bootstrap is ignored; the maintainer still bootstraps")
    void aHandoffRequestBeforeBootstrapIsIgnored() {
        assertThat(LifecyclePhase.TABLE.on(LifecyclePhase.BOOTSTRAPPING, Event.HANDOFF_REQUESTED))
                .isEmpty();
        assertThat(after(LifecyclePhase.BOOTSTRAPPING, Event.BOOTSTRAPPED)).isEqualTo(LifecyclePhase.RUNNING);
    }

    @ParameterizedTest
    @EnumSource(Event.class)
    void closedIsTheOnlyEnd(Event event) {
        assertThat(LifecyclePhase.TABLE.isTerminal(LifecyclePhase.CLOSED)).isTrue();
        assertThat(after(LifecyclePhase.CLOSED, event)).isEqualTo(LifecyclePhase.CLOSED);
    }

    @Test
    void noPhaseIsEverEnteredAgain() {
        for (LifecyclePhase phase : LifecyclePhase.values()) {
            for (Event event : EnumSet.allOf(Event.class)) {
                assertThat(after(phase, event)).isGreaterThanOrEqualTo(phase);
            }
        }
    }

    private static LifecyclePhase after(LifecyclePhase from, Event event) {
        return LifecyclePhase.TABLE.on(from, event).map(edge -> edge.next()).orElse(from);
    }
}
