package dev.maintainer.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitiesTest {

    @Test
    void dispatcherIdsSortAsTheyArePrinted() {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 10_000; i++) {
            DispatcherId left = new DispatcherId(random.nextLong(), random.nextLong());
            DispatcherId right = new DispatcherId(random.nextBoolean() ? left.high() : 3, random.nextLong());

            assertThat(left.toString()).hasSize(32);
            assertThat(Integer.signum(left.compareTo(right)))
                    .isEqualTo(Integer.signum(left.toString().compareTo(right.toString())));
        }
    }

    @Test
    void consecutiveDispatcherIdsDoNotShareTheirHash() {
        Set<Integer> hashes = new HashSet<>();
        for (int n = 0; n < 10_000; n++) {
            hashes.add(new DispatcherId(42, n).hashCode());
        }

        assertThat(hashes).hasSizeGreaterThan(9_900);
    }

    @Test
    void onlyTheZeroDispatcherIdIsZero() {
        assertThat(DispatcherId.ZERO.isZero()).isTrue();
        assertThat(new DispatcherId(0, 1).isZero()).isFalse();
        assertThat(new DispatcherId(1, 0).isZero()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "A-1_b.c", "0"})
    void acceptsChangefeedNamesThatCanBeFileNames(String name) {
        assertThat(new ChangefeedId(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "../x", ".hidden", "a/b", "a b", "-x"})
    void refusesOtherChangefeedNames(String name) {
        assertThatThrownBy(() -> new ChangefeedId(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void refusesBlankNodesAndNegativeIds() {
        assertThatThrownBy(() -> new NodeId(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TableId(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SchemaId(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void epochsBeginAtOneAndSupersedeByValue() {
        MaintainerEpoch first = new MaintainerEpoch(1);

        assertThat(first.next().isNewerThan(first)).isTrue();
        assertThat(first.isNewerThan(first)).isFalse();
        assertThat(first.isNewerThan(first.next())).isFalse();
        assertThatThrownBy(() -> new MaintainerEpoch(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MaintainerEpoch(Long.MAX_VALUE).next()).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void aTsoKeepsItsMilliseconds() {
        assertThat(Tso.physicalMillis(Tso.of(1_700_000_000_123L, 262_143))).isEqualTo(1_700_000_000_123L);
        assertThat(Tso.of(1, 0)).isEqualTo(1L << 18);
    }

    @ParameterizedTest
    @EnumSource(ComponentState.class)
    void componentStatesSurviveTheWireAndOnlyTwoAreTerminal(ComponentState state) {
        assertThat(ComponentState.ofCode(state.code())).isEqualTo(state);
        assertThat(state.isTerminal()).isEqualTo(state == ComponentState.STOPPED || state == ComponentState.REMOVED);
    }
}
