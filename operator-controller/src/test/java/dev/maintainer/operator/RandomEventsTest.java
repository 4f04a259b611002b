package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.SpanPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many spans, few nodes, random events. */
class RandomEventsTest {
    private static final int SPANS = 12;
    private static final int STEPS = 2_000;

    private final Rig rig = new Rig();
    private final List<NodeId> nodes = new ArrayList<>(rig.alive);
    private final List<Long> dispatchers = new ArrayList<>();
    private long lastId;

    private void addSpan() {
        rig.spans.addAbsent(id(++lastId), 100 + lastId);
        dispatchers.add(lastId);
    }

    private NodeId anyNode(SplittableRandom random) {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void step(SplittableRandom random) {
        if (dispatchers.size() < SPANS) {
            addSpan();
        }
        int index = random.nextInt(dispatchers.size());
        long n = dispatchers.get(index);
        rig.now += random.nextInt(500);
        switch (random.nextInt(16)) {
            case 12 -> split(random, n);
            case 13 -> merge(n);
            case 0, 1, 2 -> rig.controller.add(id(n), anyNode(random), rig.now);
            case 3, 4 -> {
                NodeId origin = rig.spans.boundTo(id(n));
                rig.controller.move(id(n), origin == null ? anyNode(random) : origin, anyNode(random), rig.now);
            }
            case 5 -> {
                if (rig.spans.isAbsent(id(n))) {
                    rig.controller.restoreRemoval(id(n), anyNode(random), OperatorType.MOVE, rig.now);
                }
            }
            case 6 -> {
                rig.drop(n);
                dispatchers.remove(index);
            }
            case 7 -> {
                if (random.nextInt(10) == 0) {
                    deathAndReplacement(anyNode(random));
                }
            }
            case 8 -> rig.controller.tick(rig.now);
            case 14 -> rig.controller.cancel(id(n), rig.now);
            case 15 -> {
                if (random.nextInt(5) == 0) {
                    rig.controller.release(id(n), rig.now);
                }
            }
            default -> {
                ComponentState[] states = {
                    ComponentState.WORKING, ComponentState.STOPPED, ComponentState.REMOVED, ComponentState.INITIALIZING
                };
                rig.reported(
                        anyNode(random), random.nextInt(2) == 0 ? n : lastId, states[random.nextInt(states.length)]);
            }
        }
    }

    private void split(SplittableRandom random, long n) {
        NodeId origin = rig.spans.boundTo(id(n));
        TableSpan whole = rig.spans.span(id(n));
        if (origin == null || whole == null || !whole.isWhole()) {
            return;
        }
        SpanBound cut = SpanBound.before("m");
        List<SpanPart> parts = List.of(
                new SpanPart(
                        id(++lastId),
                        new TableSpan(whole.table(), whole.start(), cut),
                        random.nextBoolean() ? anyNode(random) : null),
                new SpanPart(
                        id(++lastId),
                        new TableSpan(whole.table(), cut, whole.end()),
                        random.nextBoolean() ? anyNode(random) : null));
        if (rig.controller.split(id(n), origin, parts, rig.now).isAdmitted()) {
            parts.forEach(part -> dispatchers.add(part.dispatcher().low()));
        }
    }

    private void merge(long n) {
        NodeId node = rig.spans.boundTo(id(n));
        TableSpan left = rig.spans.span(id(n));
        if (node == null || left == null) {
            return;
        }
        for (DispatcherId other : rig.spans.ids()) {
            TableSpan right = rig.spans.span(other);
            if (right != null && left.adjoins(right)) {
                long target = ++lastId;
                if (rig.controller
                        .merge(id(target), List.of(id(n), other), node, rig.now)
                        .isAdmitted()) {
                    dispatchers.add(target);
                }
            }
        }
    }

    /** A node leaves, the owner of the registry sweeps what nobody drives, and a new node comes. */
    private void deathAndReplacement(NodeId node) {
        nodes.remove(node);
        rig.die(node);
        for (DispatcherId id : rig.spans.ids()) {
            if (node.equals(rig.spans.boundTo(id)) && !rig.controller.isInFlight(id)) {
                rig.spans.markAbsent(rig.spans.of(id));
            }
        }
        NodeId fresh = new NodeId("n" + rig.now);
        nodes.add(fresh);
        rig.alive.add(fresh);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("The traffic of each node is what a recount says, and load counts each span once, where it will end")
    void trafficEqualsARecount(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < STEPS; i++) {
            step(random);

            Map<NodeId, Integer> towards = new TreeMap<>();
            Map<NodeId, Integer> headedFor = new TreeMap<>();
            Map<NodeId, Integer> bound = new TreeMap<>();
            Set<DispatcherId> headed = new HashSet<>();
            for (OperatorView operator : rig.controller.operators(rig.now)) {
                NodeId destination = operator.destination();
                if (destination != null && !operator.phase().startsWith("WITHDRAW")) {
                    headed.add(operator.dispatcher());
                    if (!operator.phase().equals("ABORT_REMOVE_ORIGIN")) {
                        towards.merge(destination, 1, Integer::sum);
                        headedFor.merge(destination, 1, Integer::sum);
                    }
                }
            }
            for (DispatcherId id : rig.spans.ids()) {
                NodeId node = rig.spans.boundTo(id);
                if (node != null) {
                    bound.merge(node, 1, Integer::sum);
                    if (!headed.contains(id)) {
                        headedFor.merge(node, 1, Integer::sum);
                    }
                }
            }
            for (NodeId node : nodes) {
                assertThat(rig.controller.traffic().towards(node)).isEqualTo(towards.getOrDefault(node, 0));
                assertThat(bound.getOrDefault(node, 0)
                                + rig.controller.traffic().arriving(node)
                                - rig.controller.traffic().departing(node))
                        .as("load of %s in step %s", node, i)
                        .isEqualTo(headedFor.getOrDefault(node, 0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    @DisplayName("Invariants 15, 28: one operator per id; nothing stays bound to a dead node without one")
    void nothingIsBoundToADeadNodeWithoutAnOperator(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < STEPS; i++) {
            step(random);

            List<DispatcherId> driven = rig.controller.operators(rig.now).stream()
                    .flatMap(operator -> operator.spans().stream())
                    .toList();
            assertThat(driven).doesNotHaveDuplicates();
            assertThat(rig.controller.operators(rig.now)).hasSize(rig.controller.size());
            assertThat(rig.controller.audit()).isEmpty();
            for (DispatcherId id : rig.spans.ids()) {
                NodeId node = rig.spans.boundTo(id);
                assertThat(node == null || rig.alive.contains(node) || driven.contains(id))
                        .as("span %s on %s in step %s", id, node, i)
                        .isTrue();
            }
            assertThat(rig.controller.queued()).isEqualTo(rig.controller.size());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    @DisplayName("Invariants 33, 35: after quiesce nothing comes out, whatever happens, and the cap does not rise")
    void nothingComesOutAfterQuiesce(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50 + random.nextInt(200); i++) {
            step(random);
        }
        rig.controller.quiesce(QuiesceAllowlist.closing(id(999)));
        rig.take();
        List<OperatorView> before = rig.controller.operators(0);

        for (int i = 0; i < 500; i++) {
            rig.now += random.nextInt(2_000);
            long n = 1 + random.nextLong(lastId);
            rig.controller.add(id(n), anyNode(random), rig.now);
            rig.controller.move(id(n), anyNode(random), anyNode(random), rig.now);
            rig.controller.removeForDdl(List.of(id(n)), rig.now);
            rig.reported(anyNode(random), n, random.nextBoolean() ? ComponentState.WORKING : ComponentState.STOPPED);
            rig.controller.tick(rig.now);
        }
        rig.die(nodes.toArray(NodeId[]::new));

        assertThat(rig.take()).isEmpty();
        assertThat(rig.controller.operators(0)).isEqualTo(before);
    }
}
