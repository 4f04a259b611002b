package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SpanRegistryTest {
    private static final long LIMIT = Long.MAX_VALUE;
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final SchemaId SHOP = new SchemaId(1);

    private final SpanRegistry registry = new SpanRegistry();

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private SpanReplica absent(long n, long checkpointTs) {
        return registry.addAbsent(id(n), TableSpan.whole(new TableId(n)), SHOP, checkpointTs);
    }

    /** The record of a span that is registered. */
    private SpanReplica span(long n) {
        return Objects.requireNonNull(registry.get(id(n)));
    }

    private void changesNothing(SpanReplica gone) {
        assertThat(registry.bind(gone, A)).isFalse();
        assertThat(registry.markScheduling(gone)).isFalse();
        assertThat(registry.markReplicating(gone)).isFalse();
        assertThat(registry.markAbsent(gone)).isFalse();
        assertThat(registry.divide(gone, List.of())).isFalse();
        assertThat(registry.unite(id(9), List.of(gone, gone), A, 1)).isNull();
        registry.touch(gone);
    }

    @Test
    @DisplayName("I-74: a transition of a span that was deleted is ignored")
    void transitionsOfDeletedSpansChangeNothing() {
        absent(1, 100);
        SpanReplica gone = absent(2, 50);
        registry.bind(gone, B);
        registry.remove(id(2));
        registry.takeChanges();

        changesNothing(gone);
        assertThat(registry.remove(id(2))).isFalse();

        assertThat(registry.size()).isEqualTo(1);
        assertThat(registry.get(id(2))).isNull();
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(100);
        assertThat(registry.boundByNode()).isEmpty();
        assertThat(registry.takeChanges().touched()).isEmpty();
    }

    @Test
    @DisplayName("Who still holds a deleted span does nothing to the one that has its id now")
    void anIdThatIsRegisteredAgainIsAnotherSpan() {
        SpanReplica gone = absent(1, 50);
        registry.remove(id(1));
        SpanReplica again = absent(1, 100);
        registry.takeChanges();

        changesNothing(gone);
        registry.report(gone, ComponentState.STOPPED, 70);

        assertThat(gone.isRegistered()).isFalse();
        assertThat(registry.get(id(1))).isSameAs(again);
        assertThat(again.isAbsent()).isTrue();
        assertThat(again.hasEnded()).isFalse();
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(100);
        assertThat(registry.takeChanges().touched()).isEmpty();
        assertThat(registry.audit()).isEmpty();
    }

    @Test
    @DisplayName("I-76: the minimum follows states and reports")
    void theMinimumFollowsStatesAndReports() {
        absent(1, 100);
        SpanReplica second = absent(2, 80);
        registry.bind(span(2), A);
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(80);

        registry.report(second, ComponentState.WORKING, 120);
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(100);

        registry.bind(span(1), A);
        registry.markReplicating(span(1));
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(120);

        registry.markReplicating(span(2));
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(LIMIT);
        assertThat(registry.trackedDistinct()).isZero();
    }

    @Test
    @DisplayName("I-77, invariant 7: an older report does not take a checkpoint back")
    void aCheckpointNeverGoesBack() {
        SpanReplica span = absent(1, 90);
        registry.bind(span(1), A);

        registry.report(span, ComponentState.WORKING, 80);

        assertThat(span.checkpointTs()).isEqualTo(90);
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(90);
    }

    @Test
    @DisplayName("A terminal state with an old checkpoint is still terminal")
    void stateAndCheckpointAreMergedSeparately() {
        SpanReplica span =
                registry.addReplicating(id(1), TableSpan.whole(new TableId(1)), SHOP, 90, A, ComponentState.WORKING);

        registry.report(span, ComponentState.STOPPED, 0);

        assertThat(span.component()).isEqualTo(ComponentState.STOPPED);
        assertThat(span.checkpointTs()).isEqualTo(90);
    }

    @Test
    @DisplayName(
            "I-4: a table that is renamed into another schema is in that one only, and not dropped with the old one")
    void aTableChangesItsSchema() {
        SchemaId other = new SchemaId(2);
        absent(1, 100);
        absent(2, 100);

        assertThat(registry.changeSchema(new TableId(1), other)).isTrue();
        assertThat(registry.changeSchema(new TableId(1), other)).isFalse();

        assertThat(registry.tablesOf(SHOP)).containsExactly(new TableId(2));
        assertThat(registry.tablesOf(other)).containsExactly(new TableId(1));
        registry.changeSchema(new TableId(2), other);
        assertThat(registry.tablesOf(SHOP)).isEmpty();
        assertThat(registry.tablesOf(other)).containsExactly(new TableId(1), new TableId(2));
        registry.changeSchema(new TableId(1), SHOP);
        assertThat(registry.tablesOf(SHOP)).containsExactly(new TableId(1));
    }

    @Test
    @DisplayName("whoever listens hears of each span of a table that changes its schema, wherever it is, once")
    void listenersHearOfTheSchema() {
        SpanBound m = SpanBound.before("m");
        TableId table = new TableId(1);
        SpanReplica absent = registry.addAbsent(id(1), new TableSpan(table, SpanBound.LOWEST, m), SHOP, 100);
        SpanReplica running = registry.addReplicating(
                id(2), new TableSpan(table, m, SpanBound.HIGHEST), SHOP, 100, new NodeId("n"), ComponentState.WORKING);
        absent(3, 100);
        List<SpanReplica> heard = new ArrayList<>();
        registry.listen(new SpanRegistry.SpanListener() {
            @Override
            public void schemaChanged(SpanReplica span) {
                assertThat(span.schema()).as("told afterwards").isEqualTo(new SchemaId(2));
                heard.add(span);
            }
        });

        registry.changeSchema(table, new SchemaId(2));
        registry.changeSchema(table, new SchemaId(2));
        registry.changeName(table, new TableName("other", "name"));

        assertThat(heard).containsExactly(absent, running);
    }

    @Test
    @DisplayName("I-81: a schema whose last table is gone is empty")
    void aSchemaWithoutTablesIsEmpty() {
        SpanBound m = SpanBound.before("m");
        TableId table = new TableId(1);
        registry.addAbsent(id(1), new TableSpan(table, SpanBound.LOWEST, m), SHOP, 100);
        registry.addAbsent(id(2), new TableSpan(table, m, SpanBound.HIGHEST), SHOP, 100);
        registry.addAbsent(id(3), TableSpan.whole(new TableId(3)), new SchemaId(2), 100);

        registry.remove(id(1));
        assertThat(registry.tablesOf(SHOP)).containsExactly(table);
        registry.remove(id(2));

        assertThat(registry.tablesOf(SHOP)).isEmpty();
        assertThat(registry.hasTable(table)).isFalse();
        assertThat(registry.ofTable(table)).isEmpty();
        assertThat(registry.tablesOf(new SchemaId(2))).containsExactly(new TableId(3));
    }

    @Test
    @DisplayName("I-84: a late terminal status of a span that has been replaced brings no ghost back")
    void aLateStatusOfAReplacedSpanChangesNothing() {
        SpanReplica old =
                registry.addReplicating(id(1), TableSpan.whole(new TableId(1)), SHOP, 90, A, ComponentState.WORKING);
        registry.remove(id(1));
        registry.addAbsent(id(2), TableSpan.whole(new TableId(1)), SHOP, 95);

        registry.report(old, ComponentState.STOPPED, 99);
        assertThat(registry.markAbsent(old)).isFalse();

        assertThat(registry.size()).isEqualTo(1);
        assertThat(registry.absentCount()).isEqualTo(1);
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(95);
    }

    @Test
    @DisplayName("I-86: a late status about a span that has gone does no harm")
    void aLateStatusDoesNoHarm() {
        SpanReplica span = absent(1, 100);

        registry.remove(id(1));
        registry.report(span, ComponentState.WORKING, 200);
        registry.markReplicating(span);

        assertThat(registry.absentCount()).isZero();
        assertThat(registry.lowestNonReplicating()).isNull();
        assertThat(registry.minNonReplicating(LIMIT)).isEqualTo(LIMIT);
    }

    @Test
    @DisplayName("I-36: the only span of its node may change its node")
    void theOnlySpanOfANodeMayMove() {
        absent(1, 100);

        registry.bind(span(1), A);
        registry.bind(span(1), B);
        registry.markReplicating(span(1));

        assertThat(registry.boundByNode()).isEqualTo(Map.of(B, 1));
        assertThat(registry.on(B)).hasSize(1);
    }

    @Test
    @DisplayName("What has changed is told once, in the order of the first change, and each span once")
    void changesAreToldOnce() {
        SpanReplica first = absent(1, 100);
        SpanReplica second = absent(2, 100);
        registry.bind(span(2), A);
        registry.bind(span(1), A);

        assertThat(registry.takeChanges().touched()).containsExactly(first, second);
        assertThat(registry.takeChanges().touched()).isEmpty();

        registry.report(first, ComponentState.WORKING, 200);
        assertThat(registry.takeChanges().touched())
                .as("progress is not a change")
                .isEmpty();

        registry.remove(id(1));
        registry.touch(span(2));
        SpanRegistry.Changes changes = registry.takeChanges();
        assertThat(changes.touched()).containsExactly(second);
        assertThat(changes.removed()).containsExactly(id(1));

        registry.touchAll();
        assertThat(registry.takeChanges().touched()).containsExactly(second);
    }

    @Test
    @DisplayName("Invariant 2: a span without a node cannot be scheduling or replicating")
    void aSpanWithoutANodeStaysAbsent() {
        SpanReplica span = absent(1, 100);

        assertThat(registry.markScheduling(span(1))).isFalse();
        assertThat(registry.markReplicating(span(1))).isFalse();

        assertThat(span.state()).isEqualTo(SpanReplica.State.ABSENT);
        assertThat(span.isAbsent()).isTrue();
    }

    @Test
    @DisplayName("Invariant 1: an id is registered once")
    void refusesAnIdThatIsRegisteredOrZero() {
        absent(1, 100);

        assertThatThrownBy(() -> absent(1, 200)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> registry.addAbsent(DispatcherId.ZERO, TableSpan.whole(new TableId(7)), SHOP, 100))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> absent(2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> absent(2, Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThat(registry.size()).isEqualTo(1);
        assertThat(registry.hasTable(new TableId(7))).isFalse();
    }

    @Test
    void tombstonesExpire() {
        Tombstones tombstones = new Tombstones(1_000);
        tombstones.add(id(1), 0);
        tombstones.add(id(2), 500);
        tombstones.add(id(1), 900);

        tombstones.expire(999);
        assertThat(tombstones.contains(id(1))).isTrue();
        tombstones.expire(1_000);
        assertThat(tombstones.contains(id(1))).isFalse();
        assertThat(tombstones.contains(id(2))).isTrue();
        tombstones.expire(1_500);
        assertThat(tombstones.contains(id(2))).isFalse();
    }
}
