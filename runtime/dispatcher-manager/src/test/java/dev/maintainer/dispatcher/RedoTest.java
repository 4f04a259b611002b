package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.B;
import static dev.maintainer.dispatcher.WorkerBench.FEED;
import static dev.maintainer.dispatcher.WorkerBench.TRIGGER;
import static dev.maintainer.dispatcher.WorkerBench.epoch;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How far dispatchers may write, and who makes the promises of a redo log durable. */
class RedoTest {
    private final WorkerBench bench = new WorkerBench();

    private void bootstrap(NodeId from, long epoch, long releasedTs) {
        bench.command(
                from,
                new WorkerCommand.Bootstrap(
                        FEED, epoch(epoch), 10, TRIGGER, false, releasedTs, ChangefeedConfiguration.NONE));
    }

    private void release(NodeId from, long epoch, long releasedTs) {
        bench.command(from, new WorkerCommand.Release(FEED, epoch(epoch), releasedTs));
    }

    private void persist(NodeId from, long epoch, DispatcherId trigger, RedoMeta meta) {
        bench.command(from, new WorkerCommand.PersistRedoMeta(FEED, epoch(epoch), trigger, meta));
    }

    private long bound(DispatcherId dispatcher) {
        return bench.fake(dispatcher).spec.bound().releasedTs();
    }

    @Test
    @DisplayName("without a redo log everything may be written")
    void unbound() {
        bench.bootstrapWithTrigger(A, 1, TRIGGER);
        bench.create(A, 1, 1, 10);

        assertThat(bound(id(1))).isEqualTo(Long.MAX_VALUE);
        assertThat(bound(TRIGGER)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("the bootstrap brings the bound before the first dispatcher is made, the trigger included")
    void boundFromTheStart() {
        bootstrap(A, 1, 10);
        bench.create(A, 1, 1, 10);

        assertThat(bound(TRIGGER)).isEqualTo(10);
        assertThat(bound(id(1))).isEqualTo(10);
    }

    @Test
    @DisplayName("a release reaches the dispatchers that exist and those to come")
    void released() {
        bootstrap(A, 1, 10);
        bench.create(A, 1, 1, 10);
        release(A, 1, 40);
        bench.create(A, 1, 2, 10);

        assertThat(bound(TRIGGER)).isEqualTo(40);
        assertThat(bound(id(1))).isEqualTo(40);
        assertThat(bound(id(2))).isEqualTo(40);
    }

    @Test
    @DisplayName(
            "S33: the bound never falls: not by a repetition, not by a successor that knows less, not to 'everything'")
    void neverFalls() {
        bootstrap(A, 1, 10);
        release(A, 1, 40);
        release(A, 1, 20);
        assertThat(bound(TRIGGER)).isEqualTo(40);

        bootstrap(B, 2, 30);
        assertThat(bound(TRIGGER)).isEqualTo(40);

        release(B, 2, Long.MAX_VALUE);
        assertThat(bound(TRIGGER)).isEqualTo(40);
    }

    @Test
    @DisplayName("S6, 124: what an older owner releases or promises has no effect")
    void stale() {
        bootstrap(A, 1, 10);
        bootstrap(B, 2, 10);
        bench.take();

        release(A, 1, 40);
        persist(A, 1, TRIGGER, new RedoMeta(10, 40));

        assertThat(bound(TRIGGER)).isEqualTo(10);
        assertThat(bench.fake(TRIGGER).promise).isNull();
        assertThat(bench.take(WorkerReport.CommandRefused.class)).hasSize(2);
    }

    @Test
    @DisplayName("the target of a merge is bound like its sources")
    void merged() {
        bootstrap(A, 1, 10);
        bench.createParts(A, 1, "b");
        bench.merge(A, 1, 9, 8, 1, 2);
        bench.stopped(id(1), id(2));

        assertThat(bound(id(8))).isEqualTo(10);
        release(A, 1, 40);
        assertThat(bound(id(8))).isEqualTo(40);
    }

    @Test
    @DisplayName("a promise is answered when the trigger says that it is durable, not before")
    void persisted() {
        bootstrap(A, 1, Long.MAX_VALUE);
        bench.take();
        RedoMeta wanted = new RedoMeta(10, 40);

        persist(A, 1, TRIGGER, wanted);
        assertThat(bench.fake(TRIGGER).promise).isEqualTo(wanted);
        assertThat(bench.take(WorkerReport.RedoMetaPersisted.class)).isEmpty();

        RedoMeta durable = new RedoMeta(15, 40);
        bench.fake(TRIGGER).listener.persisted(TRIGGER, durable);
        bench.drain();
        assertThat(bench.take(WorkerReport.RedoMetaPersisted.class))
                .containsExactly(new WorkerReport.RedoMetaPersisted(FEED, epoch(1), TRIGGER, durable));
    }

    @Test
    @DisplayName("112: nobody promises by a trigger that is not there, or is closing")
    void noTrigger() {
        bootstrap(A, 1, Long.MAX_VALUE);
        RedoMeta wanted = new RedoMeta(10, 40);
        persist(A, 1, id(77), wanted);
        bench.remove(A, 1, TRIGGER);
        persist(A, 1, TRIGGER, wanted);
        assertThat(bench.fake(TRIGGER).promise).isNull();

        bench.take();
        bench.fake(TRIGGER).listener.persisted(TRIGGER, wanted);
        bench.drain();
        assertThat(bench.take(WorkerReport.RedoMetaPersisted.class)).isEmpty();
    }
}
