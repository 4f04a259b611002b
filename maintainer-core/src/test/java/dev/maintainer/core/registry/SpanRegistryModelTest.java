package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry against a model that has no index at all. */
class SpanRegistryModelTest {
    private static final int STEPS = 4_000;
    private static final long LIMIT = 10_000;
    private static final List<NodeId> NODES = List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));

    private static final class Model {
        final DispatcherId id;
        final TableSpan span;
        final SchemaId schema;
        SpanReplica.State state = SpanReplica.State.ABSENT;

        @Nullable
        NodeId node;

        long checkpointTs;
        long changedAt;

        Model(DispatcherId id, TableSpan span, SchemaId schema, long checkpointTs) {
            this.id = id;
            this.span = span;
            this.schema = schema;
            this.checkpointTs = checkpointTs;
        }
    }

    private final SpanRegistry registry = new SpanRegistry();
    private final Map<DispatcherId, Model> model = new LinkedHashMap<>();
    private final List<SpanReplica> everRegistered = new ArrayList<>();
    private long clock;
    private long lastId;

    private void add(SplittableRandom random) {
        long table = random.nextLong(1, 13);
        // Every third table is split.
        TableSpan span = table % 3 == 0
                ? new TableSpan(new TableId(table), SpanBound.before("k" + lastId), SpanBound.HIGHEST)
                : TableSpan.whole(new TableId(table));
        DispatcherId id = new DispatcherId(7, ++lastId);
        SchemaId schema = new SchemaId(1 + table % 4);
        Model added = new Model(id, span, schema, 1 + random.nextInt(50));
        added.changedAt = ++clock;
        model.put(id, added);
        if (random.nextBoolean()) {
            everRegistered.add(registry.addAbsent(id, span, schema, added.checkpointTs));
        } else {
            NodeId node = NODES.get(random.nextInt(NODES.size()));
            added.node = node;
            added.state = SpanReplica.State.REPLICATING;
            everRegistered.add(
                    registry.addReplicating(id, span, schema, added.checkpointTs, node, ComponentState.WORKING));
        }
    }

    /** One transition of one id that is, or once was, registered. */
    private void transition(SplittableRandom random) {
        SpanReplica replica = everRegistered.get(random.nextInt(everRegistered.size()));
        DispatcherId id = replica.id();
        Model known = model.get(id);
        boolean bound = known != null && known.node != null;
        NodeId node = NODES.get(random.nextInt(NODES.size()));
        boolean applied;
        boolean expected;
        switch (random.nextInt(6)) {
            case 0 -> {
                applied = registry.bind(replica, node);
                expected = known != null;
                change(known, SpanReplica.State.SCHEDULING, node, expected);
            }
            case 1 -> {
                applied = registry.markScheduling(replica);
                expected = bound;
                change(known, SpanReplica.State.SCHEDULING, known == null ? null : known.node, expected);
            }
            case 2 -> {
                applied = registry.markReplicating(replica);
                expected = bound;
                change(known, SpanReplica.State.REPLICATING, known == null ? null : known.node, expected);
            }
            case 3 -> {
                applied = registry.markAbsent(replica);
                expected = known != null;
                change(known, SpanReplica.State.ABSENT, null, expected);
            }
            case 4 -> {
                long reported = random.nextInt(120);
                registry.report(replica, ComponentState.WORKING, reported);
                if (known != null) {
                    known.checkpointTs = Math.max(known.checkpointTs, reported);
                }
                applied = true;
                expected = true;
            }
            default -> {
                boolean removes = random.nextInt(4) == 0;
                applied = !removes || registry.remove(id);
                expected = !removes || model.remove(id) != null;
            }
        }
        assertThat(applied).isEqualTo(expected);
    }

    private void change(@Nullable Model known, SpanReplica.State state, @Nullable NodeId node, boolean applied) {
        if (known != null && applied) {
            known.state = state;
            known.node = node;
            known.changedAt = ++clock;
        }
    }

    private List<DispatcherId> ids(Predicate<Model> which) {
        return model.values().stream()
                .filter(which)
                .sorted(Comparator.comparingLong(span -> span.changedAt))
                .map(span -> span.id)
                .toList();
    }

    private static List<DispatcherId> ids(Iterable<SpanReplica> spans) {
        List<DispatcherId> ids = new ArrayList<>();
        spans.forEach(span -> ids.add(span.id()));
        return ids;
    }

    private void compare() {
        assertThat(registry.size()).isEqualTo(model.size());
        Map<NodeId, Integer> boundByNode = new TreeMap<>();
        Set<Long> tracked = new TreeSet<>();
        for (SpanReplica replica : everRegistered) {
            Model expected = model.get(replica.id());
            assertThat(registry.get(replica.id())).isSameAs(expected == null ? null : replica);
            if (expected == null) {
                continue;
            }
            assertThat(replica.state()).isEqualTo(expected.state);
            assertThat(replica.node()).isEqualTo(expected.node);
            assertThat(replica.checkpointTs()).isEqualTo(expected.checkpointTs);
            assertThat(replica.node() == null).isEqualTo(replica.state() == SpanReplica.State.ABSENT);
            assertThat(replica.group()).isEqualTo(GroupId.of(expected.span));
            if (expected.node != null) {
                boundByNode.merge(expected.node, 1, Integer::sum);
            }
            if (expected.state != SpanReplica.State.REPLICATING) {
                tracked.add(expected.checkpointTs);
            }
        }
        assertThat(registry.boundByNode()).isEqualTo(boundByNode);
        assertThat(registry.trackedDistinct()).isEqualTo(tracked.size());
        assertThat(registry.minNonReplicating(LIMIT))
                .isEqualTo(tracked.isEmpty() ? LIMIT : tracked.iterator().next());
        List<DispatcherId> absent = ids(span -> span.state == SpanReplica.State.ABSENT);
        assertThat(registry.absentCount()).isEqualTo(absent.size());
        SpanReplica lowest = registry.lowestNonReplicating();
        assertThat(lowest == null ? Long.MAX_VALUE : lowest.checkpointTs())
                .isEqualTo(registry.minNonReplicating(Long.MAX_VALUE));
        for (NodeId node : NODES) {
            assertThat(ids(registry.on(node))).containsExactlyInAnyOrderElementsOf(ids(span -> node.equals(span.node)));
        }
        for (long table = 1; table <= 12; table++) {
            TableId id = new TableId(table);
            List<DispatcherId> ofTable = model.values().stream()
                    .filter(span -> span.span.table().equals(id))
                    .map(span -> span.id)
                    .toList();
            assertThat(ids(registry.ofTable(id))).isEqualTo(ofTable);
            assertThat(registry.hasTable(id)).isEqualTo(!ofTable.isEmpty());
        }
        for (long schema = 1; schema <= 4; schema++) {
            SchemaId id = new SchemaId(schema);
            assertThat(registry.tablesOf(id))
                    .containsExactlyInAnyOrderElementsOf(model.values().stream()
                            .filter(span -> span.schema.equals(id))
                            .map(span -> span.span.table())
                            .collect(Collectors.toSet()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName("Invariants 1 to 8, 12: states, indexes and the minimum agree with a model, removed ids included")
    void agreesWithAModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < STEPS; i++) {
            if (everRegistered.isEmpty() || (model.size() < 30 && random.nextInt(8) == 0)) {
                add(random);
            } else {
                transition(random);
            }
            if (i % 10 == 0) {
                compare();
            }
        }
        for (DispatcherId id : List.copyOf(model.keySet())) {
            model.remove(id);
            assertThat(registry.remove(id)).isTrue();
        }
        compare();
        assertThat(registry.trackedDistinct()).isZero();
    }
}
