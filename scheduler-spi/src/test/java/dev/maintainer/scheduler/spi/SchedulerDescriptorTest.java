package dev.maintainer.scheduler.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.NodeId;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerDescriptorTest {
    private static final SchedulerDescriptor FULL = SchedulerDescriptor.named("spread")
            .builtFor(SpiLevel.of(2))
            .describedAs("spreads")
            .with(Trait.DRAINS)
            .with(Trait.BALANCES)
            .needs(SnapshotFeature.NODE_LABELS)
            .accepts("max-skew", "how far apart")
            .accepts("zone.weight", "how much");

    @Test
    void beginsWithNothingButAName() {
        SchedulerDescriptor plain = SchedulerDescriptor.named("plain");

        assertThat(plain.level()).isEqualTo(SpiLevel.OLDEST);
        assertThat(plain.description()).isEmpty();
        assertThat(plain.traits()).isEmpty();
        assertThat(plain.needs()).isEmpty();
        assertThat(plain.keys()).isEmpty();
    }

    @Test
    void keepsWhatIsAddedInAnOrderThatDoesNotDependOnTheOrderOfTheCalls() {
        assertThat(FULL.level()).isEqualTo(SpiLevel.of(2));
        assertThat(FULL.traits()).containsExactly(Trait.BALANCES, Trait.DRAINS);
        assertThat(FULL.needs()).containsExactly(SnapshotFeature.NODE_LABELS);
        assertThat(FULL.keys().keySet()).containsExactly("max-skew", "zone.weight");
        assertThat(SchedulerDescriptor.named("spread")
                        .accepts("zone.weight", "how much")
                        .accepts("max-skew", "how far apart")
                        .needs(SnapshotFeature.NODE_LABELS)
                        .with(Trait.BALANCES, Trait.DRAINS)
                        .describedAs("spreads")
                        .builtFor(SpiLevel.of(2)))
                .isEqualTo(FULL);
    }

    @Test
    void cannotBeChanged() {
        assertThatThrownBy(() -> FULL.traits().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> FULL.needs().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> FULL.keys().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Spread", "1st", "a.b", "a_b", "-a"})
    void refusesNamesThatAreNoPartOfAKey(String name) {
        assertThatThrownBy(() -> SchedulerDescriptor.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Max", "max skew", ".a", "a."})
    void refusesKeysThatNobodyCanWrite(String key) {
        assertThatThrownBy(() -> FULL.accepts(key, "never"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + key + "'")
                .hasMessageContaining("'spread'");
    }

    @Test
    void refusesToDeclareAKeyTwice() {
        assertThatThrownBy(() -> FULL.accepts("max-skew", "again")).hasMessageContaining("'max-skew' twice");
    }

    @ParameterizedTest
    @CsvSource({
        "pin.<schema>.<table>, pin.sales.orders, true",
        "pin.<schema>.<table>, pin.sales.eu.orders, true",
        "pin.<schema>.<table>, pin.Größe.*, true",
        "pin.<schema>.<table>, pin.sales, false",
        "pin.<schema>.<table>, pin.sales., false",
        "pin.<schema>.<table>, 'pin..', false",
        "pin.<schema>.<table>, pin, false",
        "pin.<schema>.<table>, pin.<schema>.<table>, true",
        "pin.<schema>.<table>, spin.sales.orders, false",
        "limit.<node>.spans, limit.n1.spans, true",
        "limit.<node>.spans, limit.n1.bytes, false",
        "limit.<node>.spans, limit.spans, false",
        "limit, limit, true",
        "limit, limit.n1, false"
    })
    void aPatternDeclaresWhatFitsIt(String declared, String key, boolean fits) {
        assertThat(SchedulerDescriptor.named("x").accepts(declared, "what").declares(key))
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<schema>", "<schema>.a", "pin.<Schema>", "pin.<>", "pin.<a", "pin.a>", "pin.x<a>"})
    void refusesPatternsThatNobodyCanRead(String pattern) {
        assertThatThrownBy(() -> FULL.accepts(pattern, "never")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyOfAPatternHasALimit() {
        SchedulerDescriptor pins = SchedulerDescriptor.named("x").accepts("pin.<table>", "what");

        assertThat(pins.declares("pin." + "t".repeat(1_000))).isTrue();
        assertThat(pins.declares("pin." + "t".repeat(2_000))).isFalse();
    }

    @Test
    void aNodeOfWeightZeroMayGetNothing() {
        NodeView node = new NodeView(new NodeId("n1"), true, 0, 0, new TreeMap<>(Map.of(NodeView.WEIGHT, "0")));

        assertThat(node.eligible()).isFalse();
        assertThat(node.obstacles()).containsExactly(NodeObstacle.EXCLUDED);
    }

    @Test
    void levelsStartWithOne() {
        assertThatThrownBy(() -> SpiLevel.of(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(SpiLevel.of(4)).isEqualByComparingTo(SpiLevel.CURRENT).isGreaterThan(SpiLevel.OLDEST);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none,1", "'',1", "3,3", "0,0", "-4,1", "many,1", "99999999999,1", "2147483647,2147483647"})
    void anUnusableWeightIsOne(String label, int weight) {
        TreeMap<String, String> labels = new TreeMap<>();
        if (label != null) {
            labels.put(NodeView.WEIGHT, label);
        }

        assertThat(new NodeView(new NodeId("n1"), true, 0, 0, labels).weight()).isEqualTo(weight);
    }

    @Test
    void theZoneIsALabelAndLabelsCannotBeChanged() {
        TreeMap<String, String> labels = new TreeMap<>(Map.of(NodeView.ZONE, "east"));
        NodeView node = new NodeView(new NodeId("n1"), true, 0, 0, labels);
        labels.put("zone", "west");

        assertThat(node.zone()).isEqualTo("east");
        assertThatThrownBy(() -> node.labels().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(new NodeView(new NodeId("n1"), true, 0, 0).zone()).isEmpty();
    }
}
