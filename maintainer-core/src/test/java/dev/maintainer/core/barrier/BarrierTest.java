package dev.maintainer.core.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BarrierTest extends BarrierBench {
    @Test
    @DisplayName("a sync point is written when everybody has come, and passed when it was written")
    void syncPoint() {
        SpanReplica one = span(1, A);
        SpanReplica two = span(2, B);

        waits(one, SYNC);
        triggerWaits(SYNC);
        assertThat(said()).isEmpty();

        waits(two, SYNC);
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");

        triggerPasses(SYNC, 1);
        assertThat(said())
                .containsExactly(
                        "tables change by syncpoint@1000",
                        "PASS syncpoint@1000 to a #1",
                        "PASS syncpoint@1000 to b #1");
        passes(one, SYNC);
        passes(two, SYNC);
        assertThat(shown.barriers(9, now)).isEmpty();
    }

    @Test
    @DisplayName("nothing is written before the trigger has come, however many others have")
    void withoutTrigger() {
        waits(span(1, A), SYNC);
        after(5_000);

        assertThat(said()).isEmpty();
        assertThat(phase()).isEqualTo(BarrierPhase.COLLECTING);
    }

    @Test
    @DisplayName("a DDL of one table concerns all its spans and nobody else's; drops happen before anybody goes on")
    void ofOneTable() {
        SpanReplica left = span(new TableSpan(new TableId(1), SpanBound.LOWEST, SpanBound.before("m")), SHOP, A, 600);
        SpanReplica right = span(new TableSpan(new TableId(1), SpanBound.before("m"), SpanBound.HIGHEST), SHOP, B, 600);
        span(2, B);

        triggerWaits(DROP);
        waits(left, DROP);
        assertThat(said()).isEmpty();
        waits(right, DROP);
        assertThat(said()).containsExactly("WRITE ddl@1000 to a #1");

        triggerPasses(DROP, 1);
        assertThat(said()).startsWith("tables change by ddl@1000");
        assertThat(registry.hasTable(new TableId(1))).isFalse();
    }

    @Test
    @DisplayName("a DDL of a schema concerns the tables that are in it now")
    void ofSchema() {
        BlockEvent drop = ddl(1_000, new BlockScope.Schema(ARCHIVE), new TableChange.DropSchema(ARCHIVE));
        SpanReplica moved = span(1, A);
        span(2, B);
        registry.changeSchema(new TableId(1), ARCHIVE);

        triggerWaits(drop);
        assertThat(said()).isEmpty();
        waits(moved, drop);

        assertThat(said()).containsExactly("WRITE ddl@1000 to a #1");
    }

    @Test
    @DisplayName("a DDL of a schema does not wait for a table that has left the schema, and does for one that has come")
    void renamedMeanwhile() {
        BlockEvent drop = ddl(1_000, new BlockScope.Schema(SHOP), new TableChange.DropSchema(SHOP));
        waits(span(1, A), drop);
        span(2, B);
        SpanReplica comes = span(TableSpan.whole(new TableId(3)), ARCHIVE, B, 600);
        triggerWaits(drop);

        registry.changeSchema(new TableId(3), SHOP);
        settle();
        assertThat(said()).isEmpty();
        waits(comes, drop);
        assertThat(said()).as("the second table is missing").isEmpty();
        registry.changeSchema(new TableId(2), ARCHIVE);
        settle();

        assertThat(said()).containsExactly("WRITE ddl@1000 to a #1");
    }

    @Test
    @DisplayName("a table that is past a DDL of the schema into which it comes proves that it was executed")
    void renamedProof() {
        BlockEvent drop = ddl(1_000, new BlockScope.Schema(SHOP), new TableChange.DropSchema(SHOP));
        span(1, A);
        span(TableSpan.whole(new TableId(2)), ARCHIVE, B, 1_000);
        triggerWaits(drop);
        assertThat(said()).isEmpty();

        registry.changeSchema(new TableId(2), SHOP);
        settle();

        assertThat(said()).containsExactly("tables change by ddl@1000", "PASS ddl@1000 to a #0");
    }

    @Test
    @DisplayName("a report of a span that was divided since does not count, and its parts have to come")
    void divided() {
        SpanReplica whole = span(1, A);
        SpanReplica other = span(2, B);
        waits(whole, SYNC);
        triggerWaits(SYNC);

        SpanBound middle = SpanBound.before("m");
        registry.markScheduling(whole);
        registry.divide(
                whole,
                List.of(
                        new SpanPart(
                                new DispatcherId(9, 1), new TableSpan(new TableId(1), SpanBound.LOWEST, middle), null),
                        new SpanPart(
                                new DispatcherId(9, 2),
                                new TableSpan(new TableId(1), middle, SpanBound.HIGHEST),
                                null)));
        waits(other, SYNC);
        assertThat(said()).isEmpty();

        for (long part = 1; part <= 2; part++) {
            SpanReplica child = Objects.requireNonNull(registry.get(new DispatcherId(9, part)));
            assertThat(child.partial()).as("its rows are durable").isEqualTo(PartialCommit.ROWS_AND_DDL);
            registry.bind(child, B);
            registry.markReplicating(child);
            waits(child, SYNC);
        }
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
    }

    @Test
    @DisplayName(
            "a span that was to be scheduled, and then was not, waits as it did: its dispatcher does not say so again")
    void scheduledInVain() {
        SpanReplica one = span(1, A);
        SpanReplica two = span(2, B);
        waits(one, SYNC);
        waits(two, SYNC);

        registry.markScheduling(one);
        triggerWaits(SYNC);
        assertThat(said()).as("nobody knows what becomes of it").isEmpty();

        registry.markReplicating(one);
        settle();
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
    }

    @Test
    @DisplayName("a span that is placed anew on its node has to come again")
    void placedAnew() {
        SpanReplica one = span(1, A);
        waits(one, SYNC);
        registry.markScheduling(one);
        registry.requested(one, 8);
        registry.markReplicating(one);
        triggerWaits(SYNC);

        assertThat(said()).isEmpty();
        waits(one, SYNC);
        assertThat(said()).hasSize(1);
    }

    @Test
    @DisplayName("when the last that is missing is dropped, the others go on")
    void missingOneGoes() {
        SpanReplica one = span(1, A);
        SpanReplica two = span(2, B);
        waits(one, SYNC);
        triggerWaits(SYNC);

        registry.remove(two.id());
        settle();

        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
    }

    @Test
    @DisplayName(
            "a writer that is lost is replaced, never skipped: its successor waits, writes, and only its word counts")
    void writerLost() {
        SpanReplica one = span(1, B);
        waits(one, SYNC);
        triggerWaits(SYNC);
        said();

        barrier.triggerLost(now);
        settle();
        after(3_000);
        assertThat(said()).isEmpty();

        triggerWaits(SYNC);
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #2");
        triggerPasses(SYNC, 1);
        assertThat(said()).as("a word of the lost one").isEmpty();
        triggerPasses(SYNC, 2);
        assertThat(said()).contains("PASS syncpoint@1000 to b #2");
    }

    @Test
    @DisplayName("what was said is repeated once a second, and no more when it is done")
    void repeated() {
        SpanReplica one = span(1, B);
        waits(one, SYNC);
        triggerWaits(SYNC);
        said();
        after(999);
        assertThat(said()).isEmpty();
        after(1);
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
        triggerPasses(SYNC, 1);
        said();

        after(1_000);
        assertThat(said()).containsExactly("PASS syncpoint@1000 to b #1");
        passes(one, SYNC);
        after(5_000);
        assertThat(said()).isEmpty();
    }

    @Test
    @DisplayName("who comes late to an event that was executed is told to pass at once")
    void late() {
        SpanReplica one = span(1, B);
        waits(one, SYNC);
        triggerWaits(SYNC);
        triggerPasses(SYNC, 1);
        passes(one, SYNC);
        said();

        // Its node dies before its checkpoint has passed the event, and it begins before it again.
        registry.markAbsent(one);
        registry.bind(one, A);
        registry.markReplicating(one);
        waits(one, SYNC);

        assertThat(said()).containsExactly("PASS syncpoint@1000 to a #1");
    }

    @Test
    @DisplayName("an event is forgotten when the checkpoint has passed it, and not before")
    void forgotten() {
        SpanReplica one = span(1, B);
        waits(one, SYNC);
        triggerWaits(SYNC);
        triggerPasses(SYNC, 1);
        committedTs = 999;
        triggerTs = 1_000;
        settle();
        said();
        after(1_000);
        assertThat(said()).as("it waits still").containsExactly("PASS syncpoint@1000 to b #1");

        passes(one, SYNC);
        committedTs = 1_000;
        settle();
        after(1_000);
        assertThat(said()).isEmpty();
    }

    @Test
    @DisplayName(
            "a new owner: who waits, waits; who is past an event proves that it was executed, and it is not written again")
    void newOwner() {
        SpanReplica waiting = span(1, A);
        SpanReplica past = span(TableSpan.whole(new TableId(2)), SHOP, B, 1_000);
        waits(waiting, SYNC);

        triggerWaits(SYNC);

        assertThat(said()).containsExactly("tables change by syncpoint@1000", "PASS syncpoint@1000 to a #0");
        assertThat(past.isReplicating()).isTrue();
        triggerPasses(SYNC, 0);
        passes(waiting, SYNC);
        assertThat(shown.barriers(9, now)).isEmpty();
    }

    @Test
    @DisplayName("the same, when the one that is past says so later")
    void proofComesLater() {
        SpanReplica waiting = span(1, A);
        SpanReplica past = span(2, B);
        waits(waiting, SYNC);
        triggerWaits(SYNC);
        assertThat(said()).isEmpty();

        registry.report(past, ComponentState.WORKING, 1_000);
        settle();

        assertThat(said()).contains("PASS syncpoint@1000 to a #0");
    }

    @Test
    @DisplayName("a checkpoint right before an event proves nothing; nor does one of a table that it does not concern")
    void noProof() {
        SpanReplica one = span(1, A);
        span(TableSpan.whole(new TableId(2)), SHOP, B, 5_000);
        registry.report(one, ComponentState.WORKING, 999);

        triggerWaits(DROP);

        assertThat(said()).isEmpty();
        assertThat(phase()).isEqualTo(BarrierPhase.COLLECTING);
    }

    @Test
    @DisplayName("whatever is before the trigger was executed: who waits there goes on")
    void beforeTheTrigger() {
        SpanReplica one = span(1, B);
        triggerTs = 1_000;

        waits(one, SYNC);

        assertThat(said()).containsExactly("PASS syncpoint@1000 to b #0");
    }

    @Test
    @DisplayName("a DDL and a sync point of one commit time are two events, and the DDL comes first")
    void oneCommitTime() {
        BlockEvent ddl = ddl(1_000, new BlockScope.Tables(List.of(new TableId(1))));
        SpanReplica one = span(1, A);
        SpanReplica two = span(2, B);
        waits(one, ddl);
        waits(two, SYNC);
        triggerWaits(ddl);
        assertThat(said()).containsExactly("WRITE ddl@1000 to a #1");
        triggerPasses(ddl, 1);
        passes(one, ddl);
        said();

        triggerWaits(SYNC);
        assertThat(said()).isEmpty();
        waits(one, SYNC);
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
    }

    @Test
    @DisplayName(
            "who waits at the sync point of a commit time is past its DDL: a new owner does not execute that again")
    void betweenDdlAndSyncPoint() {
        BlockEvent ddl = ddl(1_000, new BlockScope.Tables(List.of(new TableId(1))));
        SpanReplica one = span(1, B);
        waits(one, SYNC);

        triggerWaits(ddl);

        assertThat(said()).containsExactly("tables change by ddl@1000", "PASS ddl@1000 to a #0");
        triggerPasses(ddl, 0);
        triggerWaits(SYNC);
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
    }

    @Test
    @DisplayName("a table that a DDL creates takes part in the sync point of the same commit time")
    void createdTable() {
        SpanReplica created = registry.addCreated(new DispatcherId(9, 9), TableSpan.whole(new TableId(3)), SHOP, 1_000);
        triggerWaits(SYNC);
        assertThat(said()).isEmpty();

        registry.bind(created, B);
        registry.markReplicating(created);
        waits(created, SYNC);

        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
    }

    @Test
    @DisplayName("what the trigger says of an event counts, whatever others have said")
    void vouched() {
        SpanReplica one = span(1, A);
        waits(one, ddl(1_000, new BlockScope.All(), new TableChange.DropTable(new TableId(2))));
        SpanReplica two = span(2, B);

        triggerWaits(DROP);
        triggerPasses(DROP, 1);

        assertThat(two.isRegistered()).isTrue();
        assertThat(one.isRegistered()).isFalse();
    }

    @Test
    @DisplayName("people see how far it is, and who is missing")
    void people() {
        SpanReplica one = span(1, A);
        SpanReplica two = span(2, B);
        waits(one, SYNC);
        now += 3_000;

        assertThat(shown.barriers(5, now)).singleElement().satisfies(event -> {
            assertThat(event.phase()).isEqualTo(BarrierPhase.COLLECTING);
            assertThat(event.ageMillis()).isEqualTo(3_000);
            assertThat(event.triggerWaits()).isFalse();
            assertThat(event.waiting()).isEqualTo(1);
            assertThat(event.missing())
                    .singleElement()
                    .satisfies(missing -> assertThat(missing.dispatcher()).isEqualTo(two.id()));
        });
    }

    @Test
    @DisplayName("200,000 take part: one message to the writer, one to each node, and nobody is counted over and over")
    void many() {
        List<SpanReplica> all = new ArrayList<>();
        for (int i = 1; i <= 200_000; i++) {
            all.add(span(i, i % 2 == 0 ? A : B));
        }
        triggerWaits(SYNC);
        all.forEach(span -> waits(span, SYNC));
        assertThat(said()).containsExactly("WRITE syncpoint@1000 to a #1");
        triggerPasses(SYNC, 1);
        all.forEach(span -> passes(span, SYNC));

        assertThat(said()).hasSize(3);
    }
}
