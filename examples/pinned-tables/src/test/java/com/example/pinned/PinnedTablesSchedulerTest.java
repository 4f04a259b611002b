package com.example.pinned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinnedTablesSchedulerTest {
    private static final Budget AMPLE = new Budget(1_000_000, 1_000_000, 1_000_000);

    private final FakeCluster cluster = new FakeCluster().nodes("n1", "n2", "n3");

    PinnedTablesSchedulerTest() {}

    private static Scheduler scheduler(String... settings) {
        TreeMap<String, String> keys = new TreeMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            keys.put(settings[i], settings[i + 1]);
        }
        return new PinnedTablesProvider().create(keys);
    }

    /** The nodes of a table's spans. */
    private TreeSet<String> nodes(long table) {
        TreeSet<String> nodes = new TreeSet<>();
        for (SpanView span : cluster.snapshot().spans(new TableId(table))) {
            nodes.add(String.valueOf(span.node()));
        }
        return nodes;
    }

    @Test
    @DisplayName("A pinned table is placed on its node, all others where there is least")
    void placed() {
        cluster.absent(30).named(7, "sales", "orders");

        cluster.settle(scheduler("pin.sales.orders", "n3"), AMPLE);

        assertThat(nodes(7)).containsExactly("n3");
        assertThat(List.of(cluster.load("n1"), cluster.load("n2"), cluster.load("n3")))
                .containsExactly(10, 10, 10);
    }

    @Test
    @DisplayName("Parts of a pinned table are on its node too")
    void parts() {
        cluster.split(100, 3, "n1").split(100, 3, null).named(100, "sales", "orders");

        cluster.settle(scheduler("pin.sales.*", "n2"), AMPLE);

        assertThat(nodes(100)).containsExactly("n2");
    }

    @Test
    @DisplayName("The most precise pin counts")
    void precedence() {
        cluster.absent(3)
                .named(1, "sales", "orders")
                .named(2, "sales", "orders_old")
                .named(3, "sales", "items");

        cluster.settle(scheduler("pin.sales.*", "n1", "pin.sales.orders*", "n2", "pin.sales.orders", "n3"), AMPLE);

        assertThat(List.of(nodes(1), nodes(2), nodes(3)).toString()).isEqualTo("[[n3], [n2], [n1]]");
    }

    @Test
    @DisplayName("While its node is emptied a pinned table is elsewhere, and then it comes back, even in times of calm")
    void away() {
        cluster.running("n1", 9).named(5, "sales", "orders");
        Scheduler scheduler = scheduler("pin.sales.orders", "n2");
        cluster.settle(scheduler, AMPLE);
        assertThat(nodes(5)).containsExactly("n2");

        cluster.drain("n2").calm();
        cluster.settle(scheduler, AMPLE);
        assertThat(nodes(5)).doesNotContain("n2");
        assertThat(cluster.load("n2")).isZero();

        cluster.open("n2");
        List<Decision> done = cluster.settle(scheduler, AMPLE);
        assertThat(nodes(5)).containsExactly("n2");
        assertThat(done).singleElement().isInstanceOfSatisfying(Decision.Move.class, move -> assertThat(
                        move.restoresConstraint())
                .isTrue());
    }

    @Test
    @DisplayName("When its node is gone a pinned table goes anywhere; what is silent keeps what it has")
    void gone() {
        cluster.running("n2", 1).named(1, "sales", "orders").running("n3", 2);
        Scheduler scheduler = scheduler("pin.sales.orders", "n2");

        cluster.obstacle("n2", NodeObstacle.SUSPECT);
        cluster.settle(scheduler, AMPLE);
        assertThat(nodes(1)).containsExactly("n2");

        cluster.leave("n2");
        cluster.settle(scheduler, AMPLE);
        assertThat(nodes(1)).containsAnyOf("n1", "n3");
    }

    @Test
    @DisplayName("Pinned tables do not move to make loads even; the others make up for them")
    void uneven() {
        cluster.running("n1", 12).running("n2", 12);
        for (int table = 1; table <= 12; table++) {
            cluster.named(table, "big", "t" + table);
        }

        cluster.settle(scheduler("pin.big.*", "n1"), AMPLE);

        assertThat(cluster.load("n1")).isEqualTo(12);
        assertThat(cluster.load("n2")).isEqualTo(6);
        assertThat(cluster.load("n3")).isEqualTo(6);
    }

    @Test
    @DisplayName("A restart moves nothing: what is right stays")
    void quiet() {
        cluster.running("n1", 5).running("n2", 5).running("n3", 5).named(3, "sales", "orders");

        assertThat(cluster.settle(scheduler("pin.sales.orders", "n1"), AMPLE)).isEmpty();
    }

    @Test
    @DisplayName("An emptied node of weight 0 gets nothing, pinned or not")
    void weightZero() {
        cluster.label("n3", "weight", "0").absent(6).named(1, "sales", "orders");

        cluster.settle(scheduler("pin.sales.orders", "n3"), AMPLE);

        assertThat(cluster.load("n3")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "orders,orders,true",
        "orders,orders2,false",
        "orders*,orders,true",
        "orders*,orders_eu,true",
        "*,anything,true",
        "*,'',true",
        "a*b*c,a-b-b-c,true",
        "a*b*c,a-b-b,false",
        "?,x,true",
        "?,'',false",
        "v1?2,v1.2,true",
        "a*a*a*a*a*a*a*b,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,false"
    })
    void patterns(String pattern, String name, boolean matches) {
        assertThat(new NamePattern(pattern).matches(name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pin.a.b.c=n1", "pin.a.b= "})
    void settingsThatCannotBeUsedAreRefused(String setting) {
        String[] parts = setting.split("=");

        assertThatThrownBy(() -> scheduler(parts[0], parts[1]))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(parts[0]);
    }

    @Test
    void theReasonSaysWhatIsAway() {
        cluster.running("n1", 1).named(1, "sales", "orders");

        assertThat(scheduler("pin.sales.orders", "n9").plan(cluster.snapshot(), AMPLE).reason().text())
                .contains("1 pinned to nodes that may not get spans now");
    }
}
