package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.SCHEMA;
import static dev.maintainer.it.support.MaintainerBench.createTable;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.runs;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static dev.maintainer.it.support.MaintainerBench.working;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Cases in which data was lost, a table had two dispatchers or none, or a removal hung; each was found by review. */
class UnexpectedEndTest {
    private static JournalEntry removal(DispatcherId id, long table, OperatorType intent) {
        return new JournalEntry(JournalEntry.Kind.REMOVE, id, TableSpan.whole(new TableId(table)), SCHEMA, 0, intent);
    }

    private static WorkerReport closed(MaintainerBench bench) {
        return new WorkerReport.CloseDone(CHANGEFEED, bench.epoch(), CloseOutcome.CLOSED);
    }

    private static List<ErrorCode> errors(MaintainerBench bench) {
        return bench.maintainer().status().errors().stream()
                .map(WorkerError::code)
                .toList();
    }

    // ---- dispatchers that end ----------------------------------------------------------------------------------

    @Test
    @DisplayName("S27: a dispatcher that ends while others are still asked is not adopted")
    void endDuringBootstrap() {
        MaintainerBench bench = MaintainerBench.asking(N1, N2);
        bench.answer(N2, runs(id(1), 1, 150));
        bench.statuses(N2, stopped(id(1), 150));
        bench.answer(N1);
        bench.loadTables(1);

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .extracting(WorkerCommand.CreateDispatcher::span)
                .containsExactly(TableSpan.whole(new TableId(1)));
    }

    @Test
    @DisplayName("L14: a dispatcher that is missing in a complete list is removed for sure, then placed again")
    void lostEnd() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1, 2);
        DispatcherId lost = bench.dispatcher(1);

        bench.complete(N1, 200, 9, working(bench.dispatcher(2), 200));

        assertThat(bench.takeRemoved()).containsExactly(lost);
        bench.statuses(N1, stopped(lost, 0));
        assertThat(bench.takeCreated()).containsExactly(lost);
    }

    @Test
    @DisplayName("L14: a complete list that names everything changes nothing")
    void completeList() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1, 2);

        bench.complete(N1, 200, 9, working(bench.dispatcher(1), 200), working(bench.dispatcher(2), 200));

        assertThat(bench.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("S27: a dispatcher that ends by itself during a handoff holds the final checkpoint")
    void endDuringHandoff() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);
        DispatcherId onN2 = bench.nodeOf(1).equals(N2) ? bench.dispatcher(1) : bench.dispatcher(2);
        bench.remove(RemovalMode.HANDOFF);

        bench.heartbeat(N2, 150, 20, stopped(onN2, 150));
        bench.heartbeat(N2, 400, 21);
        bench.heartbeat(N1, 400, 20, working(bench.trigger(), 400));
        bench.tick();
        bench.statuses(N1, stopped(bench.trigger(), 400));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.checkpoint()).isLessThanOrEqualTo(150);
    }

    @Test
    @DisplayName("S27: while dispatchers end one by one in a close, what remains does not raise the checkpoint")
    void checkpointDuringAClose() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1, 2);
        bench.heartbeat(N1, 140, 20, working(bench.trigger(), 400));
        bench.tick();
        bench.remove(RemovalMode.CLOSE);

        // The end of table 1 at 150 is in a heartbeat that was lost.
        bench.watermark(300, 21, N1);
        bench.report(N1, closed(bench));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.checkpoint()).isEqualTo(140);
    }

    @Test
    @DisplayName("S27: a restored removal caps the checkpoint, for the word of its end may be lost")
    void restoredRemovalCaps() {
        MaintainerBench bench = MaintainerBench.asking(N1, N2);
        bench.answer(N1);
        bench.answer(N2, List.of(runs(id(1), 1, 150)), List.of(removal(id(1), 1, OperatorType.MOVE)));
        bench.begins(1);

        bench.watermark(500, 1, N1, N2);

        assertThat(bench.checkpoint()).isLessThanOrEqualTo(150);
    }

    @Test
    @DisplayName("S27: an end is noticed although a copy elsewhere is being removed under the same id")
    void endWhileACopyIsRemoved() {
        MaintainerBench bench = MaintainerBench.asking(N1, N2);
        bench.answer(N1, runs(id(1), 1, 150));
        bench.answer(N2, runs(id(1), 1, 140));
        bench.begins(1);

        bench.statuses(N1, stopped(id(1), 160));
        assertThat(bench.table(1)).containsExactly("ABSENT");
        bench.statuses(N2, stopped(id(1), 140));
        bench.tick();

        assertThat(bench.table(1).get(0)).startsWith("SCHEDULING");
    }

    // ---- the trigger -------------------------------------------------------------------------------------------

    @Test
    @DisplayName("S28: when the trigger ends by itself the checkpoint waits, and the trigger is made again")
    void triggerEnds() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);
        bench.heartbeat(N1, 150, 20, stopped(bench.trigger(), 150));
        bench.watermark(400, 21, N1);

        assertThat(bench.checkpoint()).isLessThanOrEqualTo(150);
        assertThat(errors(bench)).contains(ErrorCode.DISPATCHER_FAILED);
        List<WorkerCommand.Bootstrap> asked = bench.take(WorkerCommand.Bootstrap.class);
        assertThat(asked).extracting(WorkerCommand.Bootstrap::trigger).containsExactly(bench.trigger());
        assertThat(asked.get(0).startTs()).isLessThanOrEqualTo(150);

        bench.answer(N1, runs(bench.dispatcher(1), 1, 400));
        bench.tick();
        assertThat(bench.checkpoint()).isLessThanOrEqualTo(150);
        assertThat(bench.take(WorkerCommand.PostBootstrap.class)).isNotEmpty();
        bench.triggerBegun();
        bench.watermark(300, 22, N1);
        assertThat(bench.checkpoint()).isEqualTo(300);
        assertThat(errors(bench)).isEmpty();
    }

    @Test
    @DisplayName("L3: a trigger that is missing when it should begin is made again")
    void triggerIsMissing() {
        MaintainerBench bench = MaintainerBench.asking(N1);
        bench.answer(N1);
        bench.loadTables();
        bench.takeSent();

        bench.report(
                N1,
                new WorkerReport.PostBootstrapDone(
                        CHANGEFEED,
                        bench.epoch(),
                        bench.trigger(),
                        new WorkerError(N1, ErrorCode.TRIGGER_MISMATCH, "it does not run")));
        bench.tick();

        assertThat(bench.take(WorkerCommand.Bootstrap.class)).hasSize(1);
        bench.answer(N1);
        bench.triggerBegun();
        assertThat(errors(bench)).isEmpty();
    }

    @Test
    @DisplayName("UP: an error of the trigger's begin is over when it has begun")
    void beginErrorEnds() {
        MaintainerBench bench = MaintainerBench.asking(N1);
        bench.answer(N1);
        bench.loadTables();
        bench.report(
                N1,
                new WorkerReport.PostBootstrapDone(
                        CHANGEFEED,
                        bench.epoch(),
                        bench.trigger(),
                        new WorkerError(N1, ErrorCode.DISPATCHER_FAILED, "not now")));
        assertThat(errors(bench)).containsExactly(ErrorCode.DISPATCHER_FAILED);

        bench.triggerBegun();

        assertThat(errors(bench)).isEmpty();
    }

    // ---- removal -----------------------------------------------------------------------------------------------

    @Test
    @DisplayName("S42: a close before the first membership has not closed anything yet")
    void closeBeforeMembership() {
        MaintainerBench bench = MaintainerBench.fresh();
        bench.remove(RemovalMode.DROP);
        bench.tick();
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.REMOVING);

        bench.members(N1);
        bench.tick();
        assertThat(bench.take(WorkerCommand.CloseChangefeed.class)).hasSize(1);
        bench.report(N1, closed(bench));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
    }

    @Test
    @DisplayName("L4: a handoff ends although the own node has left the membership view for a while")
    void handoffOutsideTheView() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        bench.members(N2);
        bench.takeSent();
        bench.remove(RemovalMode.HANDOFF);
        bench.pass(1_000);

        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class))
                .isNotEmpty()
                .allMatch(remove -> remove.dispatcher().equals(bench.trigger()));
        bench.statuses(N1, stopped(bench.trigger(), 120));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.suppressed()).isEmpty();
    }

    // ---- adoption ----------------------------------------------------------------------------------------------

    @Test
    @DisplayName("S17: an unclaimed dispatcher that is being removed is waited for before its table is placed again")
    void claimOfADispatcherThatEnds() {
        MaintainerBench bench = MaintainerBench.asking(N1, N2);
        bench.answer(N1);
        bench.answer(N2, List.of(runs(id(1), 5, 160)), List.of(removal(id(1), 5, OperatorType.MOVE)));
        bench.begins();
        bench.takeSent();

        bench.ddl(150, createTable(5));
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
        bench.statuses(N2, stopped(id(1), 170));
        bench.tick();

        assertThat(bench.takeCreated()).containsExactly(id(1));
    }

    @Test
    @DisplayName("S18: the schema store, not a dispatcher, says which schema a table is in")
    void schemaOfAnAdoptedTable() {
        MaintainerBench bench = MaintainerBench.asking(N1);
        bench.answer(
                N1,
                new DispatcherSnapshot(
                        id(1), TableSpan.whole(new TableId(1)), new SchemaId(9), ComponentState.WORKING, 150),
                new DispatcherSnapshot(
                        id(2), TableSpan.whole(new TableId(2)), new SchemaId(9), ComponentState.WORKING, 150));
        bench.begins(1);
        bench.ddl(140, createTable(2));

        bench.ddl(200, new TableChange.DropSchema(new SchemaId(9)));
        assertThat(bench.table(1)).hasSize(1);
        assertThat(bench.dispatcher(2)).isEqualTo(id(2));
        bench.ddl(210, new TableChange.DropSchema(SCHEMA));

        assertThat(bench.table(1)).isEmpty();
        assertThat(bench.table(2)).isEmpty();
    }

    @Test
    @DisplayName("S18: two DDLs with one commit time are both applied")
    void ddlsAtOneTime() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1));

        bench.ddls(
                new BlockStatus(bench.trigger(), 200, BlockStage.NONE, List.of(createTable(1))),
                new BlockStatus(bench.trigger(), 200, BlockStage.NONE, List.of(createTable(2))));

        assertThat(bench.table(1)).hasSize(1);
        assertThat(bench.table(2)).hasSize(1);
    }

    @Test
    @DisplayName("2.7: a joiner's dispatchers are adopted where a span waits, never taken for the trigger")
    void joinerWithTheTriggersId() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        bench.members(N1, N2, N3);
        bench.answer(N3, runs(bench.trigger(), 7, 100));
        bench.remove(RemovalMode.HANDOFF);
        bench.statuses(N1, stopped(bench.trigger(), 120));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
    }
}
