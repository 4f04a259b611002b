package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.SCHEMA;
import static dev.maintainer.it.support.MaintainerBench.createTable;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static dev.maintainer.it.support.MaintainerBench.working;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A maintainer that runs: heals, reschedules, follows DDLs, and computes its checkpoint. */
class RunningScenarioTest {
    private final MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);

    private static NodeId other(NodeId node) {
        return node.equals(N1) ? N2 : N1;
    }

    // ---- statuses ----------------------------------------------------------------------------------------------

    @Test
    @DisplayName("I-92, L-57, S22: a terminal status from a node the span is not bound to changes nothing")
    void statusFromTheWrongNode() {
        NodeId node = bench.nodeOf(1);

        bench.statuses(other(node), stopped(bench.dispatcher(1), 400));

        assertThat(bench.table(1)).containsExactly("REPLICATING@" + node);
        assertThat(bench.takeSent())
                .as("only the other node is told that its last word was heard")
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.to()).isEqualTo(other(node));
                    assertThat(each.command()).isInstanceOf(WorkerCommand.RemoveDispatcher.class);
                });
        bench.statuses(other(node), stopped(bench.dispatcher(1), 0));
        assertThat(bench.takeSent())
                .as("a worker that knows nothing is left alone")
                .isEmpty();
    }

    @Test
    @DisplayName("L-56: a dispatcher that is unknown but has an operator is not removed a second time")
    void unknownWithAnOperator() {
        NodeId node = bench.nodeOf(1);
        DispatcherId dispatcher = bench.dispatcher(1);
        bench.ddl(150, dropTable(1));
        bench.takeSent();

        bench.statuses(node, working(dispatcher, 140));

        assertThat(bench.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("A dropped table stays dropped: its late terminal status brings nothing back")
    void droppedStaysDropped() {
        NodeId node = bench.nodeOf(1);
        DispatcherId dispatcher = bench.dispatcher(1);
        bench.ddl(150, dropTable(1));

        bench.statuses(node, stopped(dispatcher, 150));
        bench.statuses(node, stopped(dispatcher, 150));
        bench.pass(5_000);

        assertThat(bench.table(1)).isEmpty();
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
    }

    @Test
    @DisplayName("Gap 2.6d: a terminal state with an old checkpoint still counts")
    void terminalStateWithOldCheckpoint() {
        NodeId node = bench.nodeOf(1);
        bench.heartbeat(node, 300, 20, working(bench.dispatcher(1), 300));

        bench.statuses(node, stopped(bench.dispatcher(1), 0));

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.startTs()).isEqualTo(300));
    }

    @Test
    @DisplayName("S30, 4.4: a lower sequence never replaces a watermark, a higher one always does")
    void sequenceRule() {
        bench.watermark(300, 20, N1, N2);
        assertThat(bench.checkpoint()).isEqualTo(300);

        assertThat(bench.heartbeat(N1, 900, 19)).isEqualTo(Disposition.DUPLICATE);
        assertThat(bench.heartbeat(N1, 200, 20)).isEqualTo(Disposition.DUPLICATE);
        assertThat(bench.heartbeat(N1, 250, 21)).isEqualTo(Disposition.APPLIED);
        bench.heartbeat(N2, 400, 20);
        bench.tick();

        assertThat(bench.checkpoint()).as("committed never goes back").isEqualTo(300);
        bench.watermark(350, 21, N1);
        assertThat(bench.checkpoint()).isEqualTo(350);
    }

    @Test
    @DisplayName("Weakness 1: a heartbeat of another incarnation, or for another owner, is stale")
    void heartbeatOfAnotherIncarnation() {
        Disposition disposition = bench.report(
                N1,
                new WorkerReport.Heartbeat(
                        CHANGEFEED, bench.epoch(), 999, Long.MAX_VALUE, null, List.of(), false, List.of()));

        assertThat(disposition).isEqualTo(Disposition.STALE);
    }

    @Test
    @DisplayName(
            "L10: an error is in every status while its node repeats it, heartbeats without errors in between or not")
    void errorsStayWhileTheyLast() {
        bench.errors(N2, new WorkerError(N2, ErrorCode.SINK_UNAVAILABLE, "disk full"));
        bench.pass(5_000);
        bench.heartbeat(N2, 150, 20);
        assertThat(bench.maintainer().status().errors()).hasSize(1);

        bench.errors(N2, new WorkerError(N2, ErrorCode.SINK_UNAVAILABLE, "disk full"));
        bench.pass(7_500);
        bench.heartbeat(N1, 150, 21);
        bench.heartbeat(N2, 150, 21);
        bench.pass(7_500);
        assertThat(bench.maintainer().status().errors()).hasSize(1);

        bench.pass(1_000);
        assertThat(bench.maintainer().status().errors()).isEmpty();
    }

    // ---- checkpoint --------------------------------------------------------------------------------------------

    @Test
    @DisplayName("L-76, I-42: a node with spans but without watermark stops the checkpoint; one without spans does not")
    void missingWatermark() {
        MaintainerBench fresh = MaintainerBench.running(List.of(N1, N2, N3), 1, 2);
        DispatcherId one = fresh.dispatcher(1);
        DispatcherId two = fresh.dispatcher(2);
        fresh.heartbeat(fresh.nodeOf(1), 200, 1, working(one, 200));
        fresh.statuses(fresh.nodeOf(2), working(two, 200));
        fresh.tick();
        assertThat(fresh.checkpoint()).isEqualTo(100);
        assertThat(fresh.inspector().view().checkpointHeldBy())
                .contains(fresh.nodeOf(2).value());

        fresh.heartbeat(fresh.nodeOf(2), 190, 2);
        fresh.heartbeat(N1, 190, 3);
        fresh.tick();

        assertThat(fresh.checkpoint()).isEqualTo(190);
    }

    @Test
    @DisplayName(
            "I-94, L-77: an add that ends in the very heartbeat that carries its watermark never lets the checkpoint jump")
    void addEndsWithItsOwnWatermark() {
        bench.watermark(140, 20, N1, N2);
        bench.ddl(150, createTable(3));
        NodeId node = bench.nodeOf(3);
        bench.heartbeat(other(node), 200, 20);
        bench.heartbeat(node, 200, 20);
        bench.tick();
        assertThat(bench.checkpoint()).as("right before the DDL").isEqualTo(149);

        bench.heartbeat(node, 150, 21, working(bench.dispatcher(3), 150));
        bench.tick();
        assertThat(bench.checkpoint()).isEqualTo(150);
        assertThat(bench.table(3)).containsExactly("REPLICATING@" + node);

        bench.heartbeat(node, 170, 21);
        bench.tick();
        assertThat(bench.checkpoint()).isEqualTo(170);
    }

    @Test
    @DisplayName("L-82, S32: when a node dies its spans cap the checkpoint before its watermark is gone")
    void deathNeverLetsTheCheckpointJump() {
        NodeId dying = N2;
        bench.heartbeat(N1, 300, 20, working(bench.dispatcher(1), 300));
        bench.heartbeat(N2, 180, 20);
        bench.tick();
        assertThat(bench.checkpoint()).isEqualTo(180);

        bench.members(N1);
        bench.watermark(900, 20, N1);

        assertThat(bench.checkpoint()).isEqualTo(180);
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.startTs()).isEqualTo(180));
        assertThat(dying).isNotEqualTo(bench.nodeOf(1)).isNotEqualTo(bench.nodeOf(2));
    }

    @Test
    @DisplayName("I-13, S21: a create never starts below the committed checkpoint")
    void createStartsAtTheCommittedCheckpoint() {
        bench.watermark(250, 20, N1, N2);

        bench.statuses(bench.nodeOf(1), stopped(bench.dispatcher(1), 0));

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.startTs()).isEqualTo(250));
    }

    // ---- moves and deaths --------------------------------------------------------------------------------------

    /** The third has joined, and spans are on their way to it. */
    private static MaintainerBench three() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2, 3, 4, 5, 6);
        bench.members(N1, N2, N3);
        bench.answer(N3);
        bench.passJoinGrace(N1, N2, N3);
        return bench;
    }

    @Test
    @DisplayName("L-59, I-29: the destination is told at once when the origin has stopped, with its last checkpoint")
    void moveGoesOnAtOnce() {
        MaintainerBench moving = three();
        List<MaintainerBench.Sent> removals = moving.takeSent();
        DispatcherId moved = ((WorkerCommand.RemoveDispatcher)
                        removals.get(removals.size() - 1).command())
                .dispatcher();
        NodeId origin = removals.get(removals.size() - 1).to();

        moving.statuses(origin, stopped(moved, 222));

        assertThat(moving.takeSent()).singleElement().satisfies(each -> {
            assertThat(each.to()).isEqualTo(N3);
            assertThat(((WorkerCommand.CreateDispatcher) each.command()).startTs())
                    .isEqualTo(222);
        });
    }

    @Test
    @DisplayName("M1: the destination of a move that has just ended dies: the span is placed again")
    void hazardM1() {
        MaintainerBench moving = three();
        MaintainerBench.Sent removal = moving.takeSent().stream()
                .filter(each -> each.command() instanceof WorkerCommand.RemoveDispatcher)
                .findFirst()
                .orElseThrow();
        DispatcherId moved = ((WorkerCommand.RemoveDispatcher) removal.command()).dispatcher();
        moving.statuses(removal.to(), stopped(moved, 222));
        moving.heartbeat(N3, 222, 21, working(moved, 222));
        moving.takeSent();

        moving.members(N1, N2);

        assertThat(moving.takeCreated()).contains(moved);
    }

    @Test
    @DisplayName(
            "I-28, I-74: after a death no span is bound to the dead node, also if all its operators were in flight")
    void nothingStaysOnADeadNode() {
        MaintainerBench moving = three();

        moving.members(N1, N2);
        moving.pass(2_000);

        assertThat(moving.inspector().view().dispatchersByNode()).doesNotContainKey(N3);
    }

    @Test
    @DisplayName("A planner that knows nothing of deaths: basic also places what a dead node has left")
    void basicPlacesAfterDeath() {
        MaintainerBench basic = new MaintainerBench(5, 100, HandoffManifest.EMPTY, "basic");
        basic.members(N1, N2);
        basic.answer(N1);
        basic.answer(N2);
        basic.loadTables(1, 2, 3, 4);
        basic.completeCreates(100);
        basic.takeSent();

        basic.members(N1);

        assertThat(basic.take(WorkerCommand.CreateDispatcher.class)).hasSize(2);
    }

    // ---- DDL ---------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("I-136: a table that comes is placed from its creation on, and the DDL is acknowledged")
    void createdTable() {
        bench.ddl(150, createTable(3));

        List<MaintainerBench.Sent> sent = bench.takeSent();
        assertThat(sent)
                .filteredOn(each -> each.command() instanceof WorkerCommand.CreateDispatcher)
                .singleElement()
                .satisfies(each -> {
                    WorkerCommand.CreateDispatcher create = (WorkerCommand.CreateDispatcher) each.command();
                    assertThat(create.startTs()).isEqualTo(149);
                    assertThat(create.partial()).as("behind the DDL").isEqualTo(PartialCommit.ROWS_AND_DDL);
                });
        assertThat(sent)
                .filteredOn(each -> each.command() instanceof WorkerCommand.AcknowledgeBlockStatus)
                .hasSize(1);
    }

    @Test
    @DisplayName("I-51: a DDL that is reported again is acknowledged again and applied once")
    void repeatedDdl() {
        bench.ddl(150, createTable(3));
        DispatcherId first = bench.dispatcher(3);

        assertThat(bench.ddl(150, createTable(3))).isEqualTo(Disposition.DUPLICATE);

        assertThat(bench.dispatcher(3)).isEqualTo(first);
        assertThat(bench.take(WorkerCommand.AcknowledgeBlockStatus.class)).hasSize(2);
    }

    @Test
    @DisplayName("I-45, I-147: several DDLs of one report apply in commit order: dropped, created again, dropped")
    void ddlsApplyInOrder() {
        bench.ddls(
                new BlockStatus(bench.trigger(), 150, BlockStage.NONE, List.of(dropTable(1))),
                new BlockStatus(bench.trigger(), 160, BlockStage.NONE, List.of(createTable(9))),
                new BlockStatus(bench.trigger(), 170, BlockStage.NONE, List.of(dropTable(9))));

        assertThat(bench.table(1)).isEmpty();
        assertThat(bench.table(9)).isEmpty();
        assertThat(bench.take(WorkerCommand.AcknowledgeBlockStatus.class))
                .singleElement()
                .satisfies(ack -> assertThat(ack.commitTs()).isEqualTo(170));
    }

    @Test
    @DisplayName(
            "S27: between what a dropped table had and its drop the checkpoint never stops: a successor would find the table")
    void checkpointLeapsOverADrop() {
        NodeId node = bench.nodeOf(1);
        bench.heartbeat(node, 140, 20, working(bench.dispatcher(1), 140));
        bench.heartbeat(other(node), 140, 20);
        bench.tick();
        bench.ddl(300, dropTable(1));

        bench.statuses(node, stopped(id(1), 150));
        bench.heartbeat(node, 250, 21);
        bench.heartbeat(other(node), 250, 21);
        bench.tick();
        assertThat(bench.checkpoint())
                .as("table 1 exists at 250 and is durable up to 140")
                .isEqualTo(140);

        bench.heartbeat(node, 310, 21);
        bench.heartbeat(other(node), 305, 21);
        bench.tick();
        assertThat(bench.checkpoint()).isEqualTo(305);
    }

    @Test
    @DisplayName("I-134: a dropped schema takes all its tables")
    void droppedSchema() {
        bench.ddl(150, new TableChange.DropSchema(SCHEMA));

        assertThat(bench.table(1)).isEmpty();
        assertThat(bench.table(2)).isEmpty();
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(2);
    }

    @Test
    @DisplayName("I-30, L-64: a drop during an add replaces it: the removal goes where the add went")
    void dropDuringAdd() {
        bench.ddl(150, createTable(3));
        NodeId node = bench.nodeOf(3);
        DispatcherId dispatcher = bench.dispatcher(3);
        bench.takeSent();

        bench.ddl(160, dropTable(3));
        bench.statuses(node, working(dispatcher, 150));

        assertThat(bench.takeSent())
                .filteredOn(each -> each.command() instanceof WorkerCommand.RemoveDispatcher)
                .singleElement()
                .satisfies(each -> assertThat(each.to()).isEqualTo(node));
        assertThat(bench.table(3)).as("no ghost").isEmpty();
    }

    @Test
    @DisplayName("A DDL from a node that does not run the trigger, or of another dispatcher, is not taken")
    void ddlFromElsewhere() {
        Disposition foreign = bench.report(
                N2,
                new WorkerReport.BlockStatusReport(
                        CHANGEFEED,
                        bench.epoch(),
                        MaintainerBench.incarnation(N2),
                        List.of(new BlockStatus(bench.trigger(), 150, BlockStage.NONE, List.of(createTable(3))))));
        Disposition unknown = bench.ddls(new BlockStatus(id(5), 150, BlockStage.NONE, List.of(createTable(3))));

        assertThat(foreign).isEqualTo(Disposition.STALE);
        assertThat(unknown).isEqualTo(Disposition.REFUSED);
        assertThat(bench.table(3)).isEmpty();
    }

    // ---- bounded effort ----------------------------------------------------------------------------------------

    @Test
    @DisplayName("L9, I-62: nothing is sent and nothing planned for when nothing changes")
    void nothingToDo() {
        bench.pass(60_000);

        assertThat(bench.takeSent()).isEmpty();
    }

    @Test
    @DisplayName(
            "I-31: a create that is not answered is repeated every ten seconds, and the operator reported as stuck")
    void unansweredCreate() {
        bench.ddl(150, createTable(3));
        bench.takeSent();

        bench.pass(40_000);

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).hasSize(4);
        assertThat(bench.maintainer().status().errors())
                .extracting(WorkerError::code)
                .contains(ErrorCode.OPERATOR_STUCK);
    }

    @Test
    @DisplayName("I-7: a dispatcher that could not be created is removed, then placed again")
    void creationFailed() {
        bench.ddl(150, createTable(3));
        NodeId node = bench.nodeOf(3);
        bench.takeSent();

        bench.statuses(node, new DispatcherStatus(bench.dispatcher(3), ComponentState.REMOVED, 0));
        // The create may have been repeated meanwhile, so the node is asked to remove first.
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(1);
        bench.statuses(node, stopped(bench.dispatcher(3), 0));

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).hasSize(1);
    }
}
