package dev.maintainer.core.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A barrier over a registry, with the test as its workers. */
abstract class BarrierBench {
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final SchemaId SHOP = new SchemaId(1);
    static final SchemaId ARCHIVE = new SchemaId(2);
    static final BlockEvent SYNC = BlockEvent.syncPoint(1_000);
    static final BlockEvent DROP =
            ddl(1_000, new BlockScope.Tables(List.of(new TableId(1))), new TableChange.DropTable(new TableId(1)));

    final SpanRegistry registry = new SpanRegistry();
    final List<String> said = new ArrayList<>();
    final Barrier barrier = new Barrier(
            registry,
            A,
            new BarrierOutput() {
                @Override
                public void resolve(NodeId to, BlockKey event, BarrierAction action, long attempt) {
                    said.add(action + " " + event + " to " + to + " #" + attempt);
                }

                @Override
                public void advanced(BlockEvent event, BarrierPhase phase, long ageMillis) {}

                @Override
                public @Nullable String objection(BlockEvent event) {
                    return objection;
                }

                @Override
                public void executed(BlockEvent event, long nowMillis) {
                    said.add("tables change by " + event.key());
                    event.changes().forEach(change -> {
                        if (change instanceof TableChange.DropTable drop) {
                            registry.ofTable(drop.table()).forEach(span -> registry.remove(span.id()));
                        }
                    });
                }
            },
            1_000);
    final BarrierInspection shown = new BarrierInspection(barrier);
    /** Why the next event must not be executed; null if it may be. */
    @Nullable
    String objection;

    long committedTs = 500;
    long triggerTs = 500;
    long now = 10_000;
    long ids;

    BarrierBench() {
        registry.listen(barrier);
    }

    @AfterEach
    void nothingContradicts() {
        assertThat(shown.audit()).isEmpty();
        assertThat(registry.audit()).isEmpty();
    }

    static BlockEvent ddl(long ts, BlockScope scope, TableChange... changes) {
        return new BlockEvent(new BlockKey(ts, BlockKind.DDL), scope, List.of(changes), "DDL");
    }

    SpanReplica span(long table, NodeId node) {
        return span(TableSpan.whole(new TableId(table)), SHOP, node, 600);
    }

    SpanReplica span(TableSpan span, SchemaId schema, NodeId node, long checkpointTs) {
        return registry.addReplicating(
                new DispatcherId(7, ++ids), span, schema, checkpointTs, node, ComponentState.WORKING);
    }

    void waits(SpanReplica span, BlockEvent event) {
        registry.reportWaiting(span, event.key());
        barrier.waiting(span, event, now);
        settle();
    }

    void passes(SpanReplica span, BlockEvent event) {
        barrier.passed(span, event.key(), now);
        settle();
    }

    void triggerWaits(BlockEvent event) {
        barrier.triggerWaiting(event, now);
        settle();
    }

    void triggerPasses(BlockEvent event, long attempt) {
        barrier.triggerPassed(event.key(), attempt, now);
        settle();
    }

    void settle() {
        barrier.settle(committedTs, triggerTs, now);
    }

    void after(long millis) {
        now += millis;
        barrier.tick(now);
        settle();
    }

    List<String> said() {
        List<String> all = List.copyOf(said);
        said.clear();
        return all;
    }

    BarrierPhase phase() {
        return shown.barriers(9, now).get(0).phase();
    }
}
