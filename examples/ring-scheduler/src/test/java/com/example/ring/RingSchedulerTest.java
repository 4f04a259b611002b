package com.example.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RingSchedulerTest {
    private static final Budget AMPLE = new Budget(1_000_000, 1_000_000, 1_000_000);

    RingSchedulerTest() {}

    private static NodeView node(String id, String zone, int weight) {
        return new NodeView(
                new NodeId(id), true, 0, 0, new TreeMap<>(Map.of("zone", zone, "weight", String.valueOf(weight))));
    }

    /** Where each of some tables goes, placed one after the other. */
    private static TreeMap<Long, NodeId> placed(List<NodeView> nodes, int spans, int nodePercent, int zonePercent) {
        Ring ring = new Ring(nodes);
        Bounds bounds = new Bounds(nodes, spans, AMPLE, nodePercent, zonePercent);
        TreeMap<Long, NodeId> placed = new TreeMap<>();
        for (long table = 1; table <= spans; table++) {
            int at = ring.start(TableSpan.whole(new TableId(table)));
            while (!bounds.fits(ring.at(at))) {
                at++;
            }
            bounds.take(ring.at(at));
            placed.put(table, ring.at(at).id());
        }
        return placed;
    }

    private static long on(TreeMap<Long, NodeId> placed, String node) {
        return placed.values().stream().filter(new NodeId(node)::equals).count();
    }

    @Test
    void weightsAreHonoured() {
        TreeMap<Long, NodeId> placed =
                placed(List.of(node("a", "x", 1), node("b", "x", 2), node("c", "x", 1)), 4_000, 110, 110);

        assertThat(on(placed, "a")).isBetween(800L, 1_100L);
        assertThat(on(placed, "b")).isBetween(1_800L, 2_200L);
    }

    @Test
    void aZoneIsBounded() {
        List<NodeView> nodes = List.of(node("a", "x", 1), node("b", "x", 1), node("c", "y", 1), node("d", "y", 1));

        TreeMap<Long, NodeId> placed = placed(nodes, 1_000, 150, 102);

        assertThat(on(placed, "a") + on(placed, "b")).isBetween(490L, 510L);
    }

    @Test
    void aNodeThatComesTakesFewSpansFromOthers() {
        List<NodeView> nodes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            nodes.add(node("n" + i, "x", 1));
        }
        TreeMap<Long, NodeId> before = placed(nodes, 10_000, 125, 125);
        nodes.add(node("new", "x", 1));
        TreeMap<Long, NodeId> after = placed(nodes, 10_000, 125, 125);

        long elsewhere = before.keySet().stream()
                .filter(table -> !before.get(table).equals(after.get(table)))
                .count();
        System.out.println("placed anew with 21 instead of 20 nodes, of 10000 spans elsewhere: " + elsewhere);
        assertThat(elsewhere).isLessThan(2_000);
        assertThat(on(after, "new")).isBetween(200L, 600L);
    }

    @Test
    void aBadFactorIsRefused() {
        TreeMap<String, String> configuration = new TreeMap<>(Map.of("node-factor-percent", "99"));

        assertThatThrownBy(() -> new RingSchedulerProvider().create(configuration))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("from 100 to 1000");
    }
}
