package dev.maintainer.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WithoutLabelsTest {
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
                                ? SpanLoad.UNKNOWN
                                : type == boolean.class ? true : type == Optional.class ? Optional.empty() : List.of();
    }

    @Test
    void labelsAreHiddenAndTheRestOfANodeIsNot() {
        assertThat(new WithoutLabels(whole).nodes())
                .containsExactly(new NodeView(new NodeId("a"), true, 3, 1), new NodeView(new NodeId("b"), false, 0, 0));
    }

    @Test
    void everythingElseIsAskedOfTheWholeSnapshot() throws ReflectiveOperationException {
        SchedulingSnapshot bare = new WithoutLabels(whole);
        for (Method method : SchedulingSnapshot.class.getMethods()) {
            Object[] nothing = Stream.of(method.getParameterTypes())
                    .map(type -> type == int.class ? 2 : null)
                    .toArray();
            asked.clear();
            if (!method.getName().equals("nodes")) {
                assertThat(method.invoke(bare, nothing)).isEqualTo(method.invoke(whole, nothing));
                assertThat(asked).containsExactly(method.getName(), method.getName());
            }
        }
    }
}
