package dev.maintainer.it.handoff;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static dev.maintainer.it.support.MaintainerBench.working;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.operator.OperatorView;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The operators of a maintainer that is being removed: frozen, still there, and told to the successor. */
class OperatorQuiescingTest {

    private static List<FrozenOperator> manifestOf(MaintainerBench bench) {
        bench.statuses(N1, stopped(bench.trigger(), 0));
        FinalStatus word = Objects.requireNonNull(bench.maintainer().status().finalStatus());
        return word.manifest().frozen();
    }

    @Test
    @DisplayName("L-87, I-38: frozen operators stay registered, get no turn, and never end")
    void frozenOperatorsStay() {
        MaintainerBench bench = MaintainerBench.running(List.of(N1, N2), 1, 2);
        bench.takeSent();
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();

        bench.statuses(bench.nodeOf(1), working(bench.dispatcher(1), 300));
        bench.statuses(bench.nodeOf(2), stopped(bench.dispatcher(2), 300));
        bench.pass(9_000);

        assertThat(bench.inspector().operators(0))
                .filteredOn(OperatorView::frozen)
                .extracting(OperatorView::type)
                .containsExactly(OperatorType.ADD, OperatorType.ADD);
        assertThat(bench.takeAllButTriggerClose()).isEmpty();
    }

    @Test
    @DisplayName("L-86, S36: only the close of the trigger runs after quiesce")
    void onlyTheTriggerCloseRuns() {
        MaintainerBench bench = MaintainerBench.running(List.of(N1, N2), 1, 2);
        bench.takeSent();

        bench.remove(RemovalMode.HANDOFF);

        assertThat(bench.takeSent())
                .singleElement()
                .satisfies(each -> assertThat(each.command())
                        .isInstanceOfSatisfying(WorkerCommand.RemoveDispatcher.class, close -> {
                            assertThat(close.epoch()).isEqualTo(bench.epoch());
                            assertThat(close.dispatcher()).isEqualTo(bench.trigger());
                            assertThat(close.intent()).isEqualTo(OperatorType.REMOVE);
                        }));
    }

    @Test
    @DisplayName("R6: a move that is frozen between its phases is not completed, and is in the manifest with its phase")
    void frozenMove() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1, 2);
        bench.members(N1, N2);
        bench.answer(N2);
        bench.passJoinGrace(N1, N2);
        WorkerCommand.RemoveDispatcher out =
                bench.take(WorkerCommand.RemoveDispatcher.class).get(0);
        bench.heartbeat(N1, 130, 20, stopped(out.dispatcher(), 140));
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.startTs()).isEqualTo(140));

        bench.remove(RemovalMode.HANDOFF);
        bench.statuses(N2, working(out.dispatcher(), 150));

        assertThat(manifestOf(bench)).singleElement().satisfies(frozen -> {
            assertThat(frozen.dispatcher()).isEqualTo(out.dispatcher());
            assertThat(frozen.type()).isEqualTo(OperatorType.MOVE);
            assertThat(frozen.phase()).isEqualTo("ADD_DESTINATION");
            assertThat(frozen.checkpointTs()).isEqualTo(140);
            assertThat(frozen.origin()).isEqualTo(N1);
            assertThat(frozen.destination()).isEqualTo(N2);
        });
    }

    @Test
    @DisplayName("A removal of a dropped table is in the manifest, without a span")
    void frozenRemovalOfADroppedTable() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);
        DispatcherId dispatcher = bench.dispatcher(1);
        bench.ddl(150, dropTable(1));

        bench.remove(RemovalMode.HANDOFF);

        assertThat(manifestOf(bench)).singleElement().satisfies(frozen -> {
            assertThat(frozen.dispatcher()).isEqualTo(dispatcher);
            assertThat(frozen.span()).isNull();
        });
    }

    @Test
    @DisplayName(
            "The successor gives a span that was in a frozen move its id back and goes on where the origin stopped")
    void successorUsesTheManifest() {
        MaintainerBench old = MaintainerBench.settled(List.of(N1), 1, 2);
        old.members(N1, N2);
        old.answer(N2);
        old.passJoinGrace(N1, N2);
        DispatcherId moved =
                old.take(WorkerCommand.RemoveDispatcher.class).get(0).dispatcher();
        old.heartbeat(N1, 100, 20, stopped(moved, 140));
        long table = old.dispatcher(1).equals(moved) ? 1 : 2;
        DispatcherId kept = old.dispatcher(3 - table);
        old.remove(RemovalMode.HANDOFF);
        HandoffManifest manifest = new HandoffManifest(manifestOf(old));

        MaintainerBench successor = new MaintainerBench(6, 100, manifest, "balance");
        successor.members(N1, N2);
        successor.answer(N1, MaintainerBench.runs(kept, 3 - table, 120));
        successor.answer(N2);
        successor.loadTables(1, 2);

        assertThat(successor.dispatcher(table)).isEqualTo(moved);
        assertThat(successor.dispatcher(3 - table)).isEqualTo(kept);
        assertThat(successor.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> {
                    assertThat(create.dispatcher()).isEqualTo(moved);
                    assertThat(create.startTs()).isEqualTo(140);
                });
    }

    @Test
    @DisplayName("A worker with a newer owner fences the maintainer: it closes and sends nothing any more")
    void fencedByANewerOwner() {
        MaintainerBench bench = MaintainerBench.running(List.of(N1, N2), 1);
        bench.takeSent();

        bench.report(
                N2, new WorkerReport.CommandRefused(CHANGEFEED, bench.epoch(), new MaintainerEpoch(6), "Bootstrap"));
        bench.members(N1, N2, N3);
        bench.pass(20_000);

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("S42: Stopped is said only after the trigger has reported a terminal state")
    void notClosedBeforeTheTrigger() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        NodeId node = bench.nodeOf(1);
        bench.remove(RemovalMode.HANDOFF);

        bench.statuses(node, stopped(bench.dispatcher(1), 500));
        bench.pass(5_000);
        assertThat(bench.maintainer().status().finalStatus()).isNull();

        bench.statuses(N1, stopped(bench.trigger(), 120));
        assertThat(bench.maintainer().status().finalStatus()).isNotNull();
    }
}
