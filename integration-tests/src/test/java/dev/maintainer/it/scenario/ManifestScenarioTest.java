package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.SCHEMA;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.runs;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A successor finishes what its predecessor meant, if that could say it; otherwise it does what the workers' journals say. */
class ManifestScenarioTest {
    private static final TableSpan TABLE = TableSpan.whole(new TableId(7));

    private static HandoffManifest frozen(OperatorType type, String phase, @Nullable NodeId from, @Nullable NodeId to) {
        return new HandoffManifest(List.of(new FrozenOperator(id(7), type, phase, TABLE, 150, from, to)));
    }

    /** N2 runs table 7 and has been told to remove it, as a part of a move. */
    private static MaintainerBench amidAMove(HandoffManifest manifest) {
        MaintainerBench bench = begun(manifest);
        JournalEntry removal = new JournalEntry(JournalEntry.Kind.REMOVE, id(7), TABLE, SCHEMA, 0, OperatorType.MOVE);
        bench.answer(N2, List.of(runs(id(7), 7, 150)), List.of(removal));
        bench.loadTables(7);
        return bench;
    }

    private static MaintainerBench begun(HandoffManifest manifest) {
        // It places everything on the least loaded node, which is never N3: N1 comes first.
        MaintainerBench bench = new MaintainerBench(6, 100, manifest, "basic");
        bench.members(N1, N2, N3);
        bench.answer(N1);
        bench.answer(N3);
        return bench;
    }

    private static List<NodeId> creates(MaintainerBench bench) {
        return bench.takeSent().stream()
                .filter(each -> each.command() instanceof WorkerCommand.CreateDispatcher)
                .map(MaintainerBench.Sent::to)
                .toList();
    }

    @Test
    @DisplayName("a move half done, its origin still running: it goes on to the node that it was meant for")
    void moveGoesOn() {
        MaintainerBench bench = amidAMove(frozen(OperatorType.MOVE, "REMOVE_ORIGIN", N2, N3));

        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(1);
        bench.statuses(N2, stopped(id(7), 160));

        assertThat(creates(bench)).containsExactly(N3);
    }

    @Test
    @DisplayName(
            "the same without a manifest, as after a crash: its origin is seen to stop, and the scheduler places it")
    void withoutManifest() {
        MaintainerBench bench = amidAMove(HandoffManifest.EMPTY);

        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(1);
        bench.statuses(N2, stopped(id(7), 160));
        bench.pass(1_000);

        assertThat(creates(bench)).containsExactly(N1);
    }

    @Test
    @DisplayName("a move that had turned back, or whose destination has gone, is placed by the scheduler")
    void meansNothingAnyMore() {
        for (HandoffManifest manifest : List.of(
                frozen(OperatorType.MOVE, "ABORT_REMOVE_ORIGIN", N2, null),
                frozen(OperatorType.MOVE, "REMOVE_ORIGIN", N2, new NodeId("gone")))) {
            MaintainerBench bench = amidAMove(manifest);
            bench.statuses(N2, stopped(id(7), 160));
            bench.takeSent();
            bench.pass(1_000);

            assertThat(bench.nodeOf(7)).isEqualTo(N1);
        }
    }

    @Test
    @DisplayName(
            "what had stopped at its origin, or was never created, is placed where it was meant to be, from where it was")
    void placedWhereItWasMeant() {
        for (HandoffManifest manifest : List.of(
                frozen(OperatorType.MOVE, "ADD_DESTINATION", N2, N3), frozen(OperatorType.ADD, "PLACING", null, N3))) {
            MaintainerBench bench = begun(manifest);
            bench.answer(N2);
            bench.loadTables(7);

            assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                    .extracting(WorkerCommand.CreateDispatcher::dispatcher, WorkerCommand.CreateDispatcher::startTs)
                    .containsExactly(tuple(id(7), 150L));
            assertThat(bench.nodeOf(7)).isEqualTo(N3);
        }
    }

    @Test
    @DisplayName("a node that is being drained is not where anything is placed, whatever was meant")
    void notOnADrainedNode() {
        MaintainerBench bench = begun(frozen(OperatorType.ADD, "PLACING", null, N3));
        bench.drain(new DrainTarget(N3, 1), 1_000);
        bench.answer(N2);
        bench.loadTables(7);
        bench.pass(1_000);

        assertThat(bench.nodeOf(7)).isNotEqualTo(N3);
    }

    @Test
    @DisplayName("what a manifest says of a span that runs is void")
    void runsAnyway() {
        MaintainerBench bench = begun(frozen(OperatorType.ADD, "PLACING", null, N3));
        DispatcherSnapshot there = runs(id(7), 7, 150);
        bench.answer(N2, there);
        bench.loadTables(7);
        bench.pass(1_000);

        assertThat(creates(bench)).isEmpty();
        assertThat(bench.nodeOf(7)).isEqualTo(N2);
    }
}
