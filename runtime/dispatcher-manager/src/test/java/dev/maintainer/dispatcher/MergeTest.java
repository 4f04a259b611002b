package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.B;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A merge of dispatchers here: it commits as a whole, or the sources go on where they were. */
class MergeTest {
    private final WorkerBench bench = new WorkerBench();

    @BeforeEach
    void threePartsWork() {
        bench.bootstrap(A, 5);
        bench.createParts(A, 5, "g", "p");
    }

    @Test
    @DisplayName("7.5: sources wait, the target begins at the lowest of their checkpoints, and they are gone")
    void commits() {
        bench.merge(A, 5, 4, 9, 1, 2, 3);
        assertThat(bench.statuses()).containsExactly("1 WAITING_MERGE 10", "2 WAITING_MERGE 20", "3 WAITING_MERGE 30");
        bench.fake(id(1)).checkpoint = 15;
        bench.stopped(id(1));
        bench.fake(id(2)).checkpoint = 25;
        bench.stopped(id(2));
        assertThat(bench.hosted()).containsExactly(id(1), id(2), id(3));
        assertThat(bench.made).doesNotContainKey(id(9));
        bench.stopped(id(3));

        assertThat(bench.hosted()).containsExactly(id(9));
        assertThat(bench.fake(id(9)).spec.startTs()).isEqualTo(15);
        assertThat(bench.fake(id(9)).spec.span()).isEqualTo(TableSpan.whole(new TableId(7)));
        assertThat(bench.statuses()).containsExactly("1 STOPPED 15", "2 STOPPED 25", "3 STOPPED 30");
        bench.working(id(9));
        assertThat(bench.statuses()).containsExactly("9 WORKING 15");
    }

    @Test
    @DisplayName("O9: waiting sources hold the watermark at their checkpoints, also when they have ended")
    void watermark() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.fake(id(1)).checkpoint = 15;
        bench.stopped(id(1));
        bench.fake(id(2)).checkpoint = 100;
        bench.fake(id(3)).checkpoint = 100;

        assertThat(watermarkOf(bench.heartbeatAfter(1_000))).isEqualTo(15);
        bench.stopped(id(2));
        assertThat(watermarkOf(bench.heartbeatAfter(1_000))).isEqualTo(15);
    }

    private static long watermarkOf(WorkerReport.Heartbeat heartbeat) {
        return Objects.requireNonNull(heartbeat.watermark()).checkpointTs();
    }

    @Test
    @DisplayName("a repeated request does not begin again; of a target that works it is answered by its status")
    void repeated() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1), id(2));
        bench.working(id(9));
        bench.statuses();

        bench.merge(A, 5, 4, 9, 1, 2);

        assertThat(bench.statuses()).containsExactly("9 WORKING 10");
        assertThat(bench.hosted()).containsExactly(id(3), id(9));
    }

    @Test
    @DisplayName("G1: sources that are missing, not working, not adjacent or in another merge end it at once")
    void refused() {
        bench.merge(A, 5, 4, 9, 1, 3);
        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        bench.merge(A, 5, 5, 9, 2, 1);
        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        bench.merge(A, 5, 6, 9, 1, 1);
        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        bench.merge(A, 5, 7, 9, 3, 4);
        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        bench.merge(A, 5, 8, 9, 1, 2);
        bench.statuses();
        bench.merge(A, 5, 9, 10, 2, 3);
        assertThat(bench.statuses()).containsExactly("10 REMOVED 0");
        assertThat(bench.fake(id(3)).closed).isFalse();
    }

    @Test
    @DisplayName("N-17: a merge that is cancelled before its target ran says REMOVED, as often as it is asked")
    void cancelledBeforeTheCommitPoint() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1));
        bench.statuses();

        bench.remove(A, 5, id(9), 5, OperatorType.MERGE);
        assertThat(bench.statuses()).contains("9 REMOVED 0");
        bench.remove(A, 5, id(9), 6, OperatorType.MERGE);
        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        assertThat(bench.fake(id(1)).closed).isFalse();
    }

    @Test
    @DisplayName("N-17: a cancellation that overtakes its merge keeps it from beginning, and says REMOVED")
    void cancelledBeforeItCame() {
        bench.remove(A, 5, id(9), 5, OperatorType.MERGE);
        bench.merge(A, 5, 4, 9, 1, 2);

        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        assertThat(bench.hosted()).containsExactly(id(1), id(2), id(3));
    }

    @Test
    @DisplayName("N-17: a merge that is cancelled after its target ran says STOPPED, as often as it is asked")
    void cancelledAfterTheCommitPoint() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1), id(2));
        bench.working(id(9));
        bench.statuses();

        bench.remove(A, 5, id(9), 5, OperatorType.MERGE);
        bench.stopped(id(9));
        assertThat(bench.statuses()).containsExactly("9 STOPPED 10");
        bench.remove(A, 5, id(9), 6, OperatorType.MERGE);
        assertThat(bench.statuses()).containsExactly("9 STOPPED 0");
        bench.merge(A, 5, 7, 9, 1, 2);
        assertThat(bench.statuses()).containsExactly("9 STOPPED 0");
    }

    @Test
    @DisplayName("a merge that was refused or given up does not begin when its request is repeated late")
    void lateRepetition() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.remove(A, 5, id(9), 5);
        bench.stopped(id(1), id(2));
        bench.working(id(1), id(2));
        bench.statuses();

        bench.merge(A, 5, 4, 9, 1, 2);

        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        assertThat(bench.fake(id(1)).closed).isFalse();
        bench.merge(A, 5, 6, 10, 1, 2);
        assertThat(bench.fake(id(1)).closed).isTrue();
    }

    @Test
    @DisplayName("the target is removed before the commit point: each source begins again where it has ended")
    void givenUp() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.fake(id(1)).checkpoint = 15;
        bench.stopped(id(1));

        bench.remove(A, 5, id(9), 5);
        assertThat(bench.statuses()).contains("1 INITIALIZING 15", "2 WAITING_MERGE 20", "9 STOPPED 0");
        bench.fake(id(2)).checkpoint = 22;
        bench.stopped(id(2));

        assertThat(bench.hosted()).containsExactlyInAnyOrder(id(1), id(2), id(3));
        assertThat(bench.fake(id(1)).spec.startTs()).isEqualTo(15);
        assertThat(bench.fake(id(2)).spec.startTs()).isEqualTo(22);
        bench.working(id(1), id(2));
        assertThat(bench.statuses()).contains("1 WORKING 15", "2 WORKING 22");
    }

    @Test
    @DisplayName("a source is removed before the commit point: the others go on, it does not come back")
    void sourceRemoved() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1));

        bench.remove(A, 5, id(2), 5);
        bench.stopped(id(2));

        assertThat(bench.hosted()).containsExactlyInAnyOrder(id(1), id(3));
        assertThat(bench.statuses()).contains("1 INITIALIZING 10", "2 STOPPED 20", "9 REMOVED 0");
    }

    @Test
    @DisplayName("a target that cannot be created is given up")
    void targetCannotBeCreated() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1));
        bench.failCreate = true;
        bench.stopped(id(2));

        // and the sources neither: their last words are repeated
        assertThat(bench.hosted()).containsExactly(id(3));
        assertThat(bench.statuses()).contains("1 STOPPED 10", "2 STOPPED 20", "9 REMOVED 0");
        WorkerReport.Heartbeat heartbeat = bench.heartbeatAfter(1_000);
        assertThat(heartbeat.statuses()).hasSize(2);
        assertThat(watermarkOf(heartbeat)).isEqualTo(10);
    }

    @Test
    @DisplayName("a merge whose target could not be created does not begin when its request is repeated late")
    void lateRepetitionAfterFailure() {
        bench.failing.add(id(9));
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1), id(2));
        bench.working(id(1), id(2));
        assertThat(bench.statuses()).contains("1 WORKING 10", "2 WORKING 20", "9 REMOVED 0");

        bench.merge(A, 5, 4, 9, 1, 2);

        assertThat(bench.statuses()).containsExactly("9 REMOVED 0");
        assertThat(bench.fake(id(1)).closed).isFalse();
    }

    @Test
    @DisplayName("O5: a successor is shown the merge, which goes on; it may repeat the request as its own")
    void successor() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1));
        bench.bootstrap(B, 6);

        WorkerReport.BootstrapSnapshot snapshot = bench.last(WorkerReport.BootstrapSnapshot.class);
        TableSpan merged = new TableSpan(new TableId(7), SpanBound.LOWEST, SpanBound.before("p"));
        assertThat(snapshot.merges()).containsExactly(new MergeInProgress(id(9), merged, List.of(id(1), id(2))));
        assertThat(snapshot.dispatchers())
                .extracting(dispatcher -> dispatcher.state())
                .containsExactly(ComponentState.WAITING_MERGE, ComponentState.WAITING_MERGE, ComponentState.WORKING);
        bench.merge(B, 6, 1, 9, 1, 2);
        bench.stopped(id(2));
        bench.working(id(9));

        assertThat(bench.fake(id(9)).spec.epoch()).isEqualTo(WorkerBench.epoch(6));
        assertThat(bench.statuses()).contains("9 WORKING 10");
        bench.bootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).merges()).isEmpty();
    }

    @Test
    @DisplayName("O3, O16: a changefeed that is closed amid a merge ends without a target")
    void closed() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1));
        bench.close(A, 5, RemovalMode.CLOSE);
        bench.stopped(id(2), id(3));

        assertThat(bench.made).doesNotContainKey(id(9));
        assertThat(bench.take(WorkerReport.CloseDone.class))
                .extracting(WorkerReport.CloseDone::outcome)
                .endsWith(WorkerReport.CloseOutcome.CLOSED);
    }

    @Test
    @DisplayName("a late bootstrap of a successor ends what waits for a merge, too")
    void lateBootstrap() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1));

        bench.lateBootstrap(B, 6);

        assertThat(bench.hosted()).isEmpty();
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).merges()).isEmpty();
        assertThat(bench.fake(id(2)).abandoned).isTrue();
    }

    @Test
    @DisplayName("a target that ends after the commit point is reported until it is removed, and tells who asks again")
    void targetEnds() {
        bench.merge(A, 5, 4, 9, 1, 2);
        bench.stopped(id(1), id(2));
        bench.working(id(9));
        bench.stopped(id(9));
        bench.statuses();

        bench.merge(A, 5, 4, 9, 1, 2);

        assertThat(bench.statuses()).containsExactly("9 STOPPED 10");
        assertThat(bench.hosted()).containsExactly(id(3));
    }
}
