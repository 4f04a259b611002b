package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.operator.IntrusiveList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule of the audit sees what it is there for. */
class RegistryAuditTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final SchemaId SHOP = new SchemaId(1);

    private final SpanRegistry registry = new SpanRegistry();
    private SpanReplica waiting = replica(9);
    private SpanReplica running = replica(9);

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private static SpanReplica replica(long n) {
        TableId table = new TableId(n);
        return new SpanReplica(id(n), TableSpan.whole(table), new SpannedTable(table, SHOP), 50);
    }

    @BeforeEach
    void aSpanInEachState() {
        waiting = registry.addAbsent(id(1), TableSpan.whole(new TableId(1)), SHOP, 100);
        registry.bind(registry.addAbsent(id(2), TableSpan.whole(new TableId(2)), SHOP, 80), A);
        running = registry.addReplicating(
                id(3), TableSpan.whole(new TableId(3)), new SchemaId(2), 70, A, ComponentState.WORKING);
        assertThat(registry.audit()).isEmpty();
    }

    private void sees(String invariant) {
        assertThat(registry.audit()).extracting(Finding::invariant).contains(invariant);
    }

    @Test
    void aSpanThatIsOnTheListOfAnotherState() {
        waiting.state = SpanReplica.State.REPLICATING;
        sees("I-1");
    }

    @Test
    void aSpanThatIsOnNoList() {
        registry.absent.unlink(waiting);
        sees("I-1");
    }

    @Test
    void aGhostOnAList() {
        registry.absent.append(replica(7));
        sees("I-1");
    }

    @Test
    void aSpanThatIsNotFoundByItsId() {
        registry.byId.remove(running.id());
        sees("I-1");
    }

    @Test
    void aSpanThatThinksItIsDeleted() {
        running.registered = false;
        sees("I-1");
    }

    @Test
    void anAbsentSpanWithANode() {
        waiting.node = A;
        sees("I-2");
        sees("I-3");
    }

    @Test
    void aSpanThatItsTableDoesNotKnow() {
        registry.byTable.remove(new TableId(1));
        sees("I-4");
    }

    @Test
    void aSpanInTheIndexOfAnotherTable() {
        Objects.requireNonNull(registry.byTable.get(new TableId(1))).add(running);
        sees("I-4");
    }

    @Test
    void aTableThatItsSchemaDoesNotKnow() {
        Objects.requireNonNull(registry.bySchema.get(SHOP)).unlink(waiting.table);
        sees("I-4");
    }

    @Test
    void aSchemaWithoutTables() {
        registry.bySchema.put(new SchemaId(5), new IntrusiveList<>());
        sees("I-4");
    }

    @Test
    void aNodeWithoutSpans() {
        registry.bound.put(B, new NodeSpans());
        sees("I-5");
    }

    @Test
    void aSpanOnTheListOfAnotherNode() {
        registry.bound.put(B, Objects.requireNonNull(registry.bound.remove(A)));
        sees("I-3");
    }

    @Test
    void anInfiniteCheckpoint() {
        running.checkpointTs = Long.MAX_VALUE;
        sees("I-7");
    }

    @Test
    void aCheckpointThatIsNotTracked() {
        registry.tracker.remove(80);
        sees("I-8");
    }

    @Test
    void aWaitingSpanThatThinksItIsNotTracked() {
        waiting.tracked = false;
        sees("I-8");
    }

    @Test
    void aCheckpointThatChangedBehindTheTracker() {
        waiting.checkpointTs = 60;
        sees("I-8");
    }

    @Test
    void aHoleInATable() {
        SpanBound middle = SpanBound.before("m");
        registry.addAbsent(id(6), new TableSpan(new TableId(6), middle, SpanBound.HIGHEST), SHOP, 100);
        sees("I-11");
    }

    @Test
    void aTableThatEndsTooEarly() {
        SpanBound middle = SpanBound.before("m");
        registry.addAbsent(id(6), new TableSpan(new TableId(6), SpanBound.LOWEST, middle), SHOP, 100);
        sees("I-11");
    }

    @Test
    void twoSpansThatOverlap() {
        registry.addAbsent(id(6), TableSpan.whole(new TableId(1)), SHOP, 100);
        sees("I-75");
    }

    @Test
    void oneBugThatBreaksMuchIsToldShortly() {
        for (long n = 100; n < 400; n++) {
            registry.addAbsent(id(n), TableSpan.whole(new TableId(n)), SHOP, 100).tracked = false;
        }
        List<Finding> found = registry.audit();
        assertThat(found).hasSizeLessThan(110);
        assertThat(found.get(found.size() - 1).text()).contains("200 more");
    }
}
