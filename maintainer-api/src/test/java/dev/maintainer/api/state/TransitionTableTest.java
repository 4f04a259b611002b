package dev.maintainer.api.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TransitionTableTest {
    private enum Light {
        RED,
        GREEN,
        BROKEN
    }

    private enum Signal {
        NEXT,
        FAIL
    }

    private static TransitionTable.Builder<Light, Signal, String> sound() {
        return TransitionTable.<Light, Signal, String>over(Light.class, Signal.class)
                .startingAt(Light.RED)
                .on(Light.RED, Signal.NEXT, Light.GREEN, "go", "count")
                .ignore(Light.RED, Signal.FAIL)
                .on(Light.GREEN, Signal.NEXT, Light.RED)
                .on(Light.GREEN, Signal.FAIL, Light.BROKEN)
                .endingAt(Light.BROKEN);
    }

    @Test
    void aCompleteTableAnswersForEveryStateAndEvent() {
        TransitionTable<Light, Signal, String> table = sound().build();

        assertThat(table.on(Light.RED, Signal.NEXT).orElseThrow().next()).isEqualTo(Light.GREEN);
        assertThat(table.on(Light.RED, Signal.NEXT).orElseThrow().effects()).containsExactly("go", "count");
        assertThat(table.on(Light.RED, Signal.FAIL)).isEmpty();
        assertThat(table.on(Light.BROKEN, Signal.NEXT)).isEmpty();
        assertThat(table.isTerminal(Light.BROKEN)).isTrue();
        assertThat(table.isTerminal(Light.GREEN)).isFalse();
        assertThat(table.initialStates()).containsExactly(Light.RED);
        assertThat(table.events()).containsExactly(Signal.NEXT, Signal.FAIL);
    }

    @Test
    void aTableDrawsItself() {
        assertThat(sound().build().asMermaid()).isEqualTo("""
                        stateDiagram-v2
                            [*] --> RED
                            RED --> GREEN : NEXT
                            GREEN --> RED : NEXT
                            GREEN --> BROKEN : FAIL
                            BROKEN --> [*]
                        """);
    }

    @Test
    void refusesAHole() {
        var withHole = TransitionTable.<Light, Signal, String>over(Light.class, Signal.class)
                .startingAt(Light.RED)
                .on(Light.RED, Signal.NEXT, Light.GREEN)
                .on(Light.GREEN, Signal.NEXT, Light.RED)
                .on(Light.GREEN, Signal.FAIL, Light.BROKEN)
                .endingAt(Light.BROKEN);

        assertThatThrownBy(withHole::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RED")
                .hasMessageContaining("FAIL");
    }

    @Test
    void refusesASecondEdgeForTheSameEvent() {
        var builder = sound();

        assertThatThrownBy(() -> builder.on(Light.RED, Signal.NEXT, Light.BROKEN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two edges for NEXT in RED");
    }

    @Test
    void refusesAnEdgeForAnEventThatIsAlsoIgnored() {
        var contradiction = sound().ignore(Light.RED, Signal.NEXT);

        assertThatThrownBy(contradiction::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exactly one");
    }

    @Test
    void refusesAStateThatCannotBeReached() {
        var withIsland = TransitionTable.<Light, Signal, String>over(Light.class, Signal.class)
                .startingAt(Light.RED)
                .ignore(Light.RED, Signal.FAIL)
                .on(Light.RED, Signal.NEXT, Light.BROKEN)
                .on(Light.GREEN, Signal.NEXT, Light.RED)
                .on(Light.GREEN, Signal.FAIL, Light.BROKEN)
                .endingAt(Light.BROKEN);

        assertThatThrownBy(withIsland::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unreachable: [GREEN]");
    }

    @Test
    void refusesAnEdgeOutOfAnEndState() {
        var restless = sound().on(Light.BROKEN, Signal.NEXT, Light.RED);

        assertThatThrownBy(restless::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("end state BROKEN reacts to NEXT");
    }

    @Test
    void refusesAnEndStateThatIgnoresExplicitly() {
        var wordy = sound().ignore(Light.BROKEN, Signal.NEXT);

        assertThatThrownBy(wordy::build).isInstanceOf(IllegalArgumentException.class);
    }
}
