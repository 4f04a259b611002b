package dev.maintainer.core.scheduling.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LevelSnapshotTest {
    /** What came with which level; the rest with the first. */
    private static final Map<String, Integer> SINCE =
            Map.of("isRebalanceSuspended", 3, "load", 3, "cuts", 3, "schemaNames", 4, "tables", 4, "spans", 4);

    private final List<String> asked = new ArrayList<>();
    private final SchedulingSnapshot whole = (SchedulingSnapshot) Proxy.newProxyInstance(
            SchedulingSnapshot.class.getClassLoader(), new Class<?>[] {SchedulingSnapshot.class}, this::answer);

    private Object answer(Object proxy, Method method, Object[] arguments) {
        asked.add(method.getName());
        if (method.getName().equals("nodes")) {
            return List.of(
                    new NodeView(new NodeId("a"), true, 3, 1, new TreeMap<>(Map.of("zone", "east"))),
                    new NodeView(new NodeId("b"), false, 0, 0));
        }
        Class<?> type = method.getReturnType();
        return type == int.class
                ? (Object) 7
                : type == long.class
                        ? (Object) 8L
                        : type == SpanLoad.class
                                ? new SpanLoad(1, 2)
                                : type == boolean.class
                                        ? true
                                        : type == Optional.class ? Optional.empty() : List.of(SpanBound.before("k"));
    }

    private static SchedulingSnapshot at(int level, SchedulingSnapshot snapshot) {
        return new LevelSnapshot(snapshot, SpiLevel.of(level));
    }

    @Test
    void levelOneHasNoLabels() {
        assertThat(at(1, whole).nodes())
                .containsExactly(new NodeView(new NodeId("a"), true, 3, 1), new NodeView(new NodeId("b"), false, 0, 0));
        assertThat(at(2, whole).nodes()).isEqualTo(whole.nodes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aWeightIsNeverZeroBelowLevelFourAndTheNodeStaysClosed(int level) {
        FakeCluster cluster = new FakeCluster().nodes("n1").label("n1", "weight", "0");

        NodeView shown = at(level, cluster.snapshot()).nodes().get(0);

        assertThat(shown.weight()).isEqualTo(1);
        assertThat(shown.eligible()).isFalse();
        assertThat(cluster.snapshot().nodes().get(0).weight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatCameLaterIsHiddenAndTheRestIsAskedOfTheWholeSnapshot(int level) throws ReflectiveOperationException {
        SchedulingSnapshot shown = at(level, whole);
        for (Method method : SchedulingSnapshot.class.getMethods()) {
            Object[] nothing = Stream.of(method.getParameterTypes())
                    .map(type -> type == int.class ? 2 : null)
                    .toArray();
            boolean byWholeName = method.getName().equals("tables") && method.getParameterCount() == 1;
            boolean derived = byWholeName || method.getName().equals("nodes");
            if (derived) {
                continue;
            }
            asked.clear();
            Object seen = method.invoke(shown, nothing);
            if (level >= SINCE.getOrDefault(method.getName(), 1)) {
                assertThat(seen).as("%s", method).isEqualTo(method.invoke(whole, nothing));
                assertThat(asked).containsExactly(method.getName(), method.getName());
            } else {
                assertThat(seen).as("%s", method).isIn(false, SpanLoad.UNKNOWN, List.of());
                assertThat(asked).isEmpty();
            }
        }
    }
}
