package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.SCHEMA;
import static dev.maintainer.it.support.MaintainerBench.createTable;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static dev.maintainer.it.support.MaintainerBench.working;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Splits and merges as a maintainer meets them: its own, and those that it finds begun. */
class DivisionScenarioTest {
    private static final SpanBound CUT = SpanBound.before("m");
    private static final TableSpan LEFT = new TableSpan(new TableId(7), SpanBound.LOWEST, CUT);
    private static final TableSpan RIGHT = new TableSpan(new TableId(7), CUT, SpanBound.HIGHEST);
    private static final MergeInProgress MERGE =
            new MergeInProgress(id(9), TableSpan.whole(new TableId(7)), List.of(id(1), id(2)));

    private final MaintainerBench bench = MaintainerBench.fresh();

    private static DispatcherSnapshot part(long n, TableSpan span, ComponentState state, long checkpointTs) {
        return new DispatcherSnapshot(id(n), span, SCHEMA, state, checkpointTs);
    }

    private static List<DispatcherSnapshot> parts(ComponentState state) {
        return List.of(part(1, LEFT, state, 150), part(2, RIGHT, state, 160));
    }

    private static DispatcherStatus removed(DispatcherId id) {
        return new DispatcherStatus(id, ComponentState.REMOVED, 0);
    }

    /** N2 has begun to merge two parts of table 7 for the former owner. */
    private void bootstrapAmidMerge(long... tables) {
        bench.members(N1, N2);
        bench.answer(N1);
        bench.answer(N2, parts(ComponentState.WAITING_MERGE), MERGE);
        bench.loadTables(tables);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.RUNNING);
    }

    @Test
    @DisplayName("2.5.3: a merge that a former owner began is waited for, and its target takes the place of the parts")
    void mergeIsTakenUp() {
        bootstrapAmidMerge(7);

        assertThat(bench.take(WorkerCommand.MergeDispatchers.class))
                .extracting(WorkerCommand.MergeDispatchers::target, WorkerCommand.MergeDispatchers::sources)
                .containsExactly(tuple(id(9), List.of(id(1), id(2))));
        assertThat(bench.table(7)).containsExactly("SCHEDULING@n2", "SCHEDULING@n2");
        bench.statuses(N2, stopped(id(1), 170), stopped(id(2), 165));
        bench.statuses(N2, working(id(9), 166));

        assertThat(bench.table(7)).containsExactly("REPLICATING@n2");
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();
    }

    @Test
    @DisplayName("2.5.3: a merge that a former owner began is given up by its worker, and the parts run on")
    void mergeIsGivenUp() {
        bootstrapAmidMerge(7);

        bench.statuses(N2, removed(id(9)));

        assertThat(bench.table(7)).containsExactly("REPLICATING@n2", "REPLICATING@n2");
    }

    @Test
    @DisplayName("sources that end while the others are still asked do not count as missing: the target may run")
    void sourcesEndDuringBootstrap() {
        bench.members(N1, N2);
        bench.answer(N2, parts(ComponentState.WAITING_MERGE), MERGE);
        bench.statuses(N2, stopped(id(1), 170), stopped(id(2), 165));
        bench.answer(N1);
        bench.loadTables(7);

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
        assertThat(bench.take(WorkerCommand.MergeDispatchers.class)).isEmpty();
        bench.statuses(N2, working(id(9), 166));
        assertThat(bench.table(7)).containsExactly("REPLICATING@n2");
    }

    @Test
    @DisplayName("a merge whose target has ended during the bootstrap is over")
    void targetEndsDuringBootstrap() {
        bench.members(N1, N2);
        bench.answer(N2, parts(ComponentState.WAITING_MERGE), MERGE);
        bench.statuses(N2, removed(id(9)));
        bench.answer(N1);
        bench.loadTables(7);

        assertThat(bench.take(WorkerCommand.MergeDispatchers.class)).isEmpty();
        assertThat(bench.table(7)).containsExactly("REPLICATING@n2", "REPLICATING@n2");
    }

    @Test
    @DisplayName(
            "O5: a merge whose target has run and ended during the bootstrap took its sources with it, if nobody heard"
                    + " of their ends either")
    void targetRunsAndEndsDuringBootstrap() {
        bench.members(N1, N2);
        bench.answer(N2, parts(ComponentState.WAITING_MERGE), MERGE);
        bench.statuses(N2, stopped(id(9), 170));
        bench.answer(N1);
        bench.loadTables(7);

        assertThat(bench.table(7)).singleElement().asString().startsWith("SCHEDULING@");
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.span()).isEqualTo(TableSpan.whole(new TableId(7))));
        bench.heartbeat(N1, 1_000, 20);
        bench.heartbeat(N2, 1_000, 20);
        bench.pass(1_000);
        assertThat(bench.maintainer().checkpointTs())
                .as("nothing that works has more")
                .isEqualTo(100);
    }

    @Test
    @DisplayName("#6202: the same for a table that is reported later: nothing of it is taken, it is placed again")
    void targetRunsAndEndsBeforeItsTableIsReported() {
        bootstrapAmidMerge();
        bench.statuses(N2, stopped(id(9), 170));
        bench.takeSent();

        bench.ddl(120, createTable(7));

        assertThat(bench.table(7)).singleElement().asString().startsWith("SCHEDULING@");
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.span()).isEqualTo(TableSpan.whole(new TableId(7))));
    }

    @Test
    @DisplayName("a part that also runs elsewhere: the merge is given up, its target removed")
    void mergeOfWhatWasNotAdopted() {
        bench.members(N1, N2);
        bench.answer(N1, part(3, LEFT, ComponentState.WORKING, 500));
        bench.answer(N2, parts(ComponentState.WAITING_MERGE), MERGE);
        bench.loadTables(7);

        assertThat(bench.takeRemoved()).contains(id(9), id(1));
    }

    @Test
    @DisplayName("#6202: a table that is reported after the bootstrap is taken with the merge that has begun")
    void mergeOfATableThatIsReportedLater() {
        bootstrapAmidMerge();
        assertThat(bench.table(7)).isEmpty();

        bench.ddl(120, createTable(7));

        assertThat(bench.take(WorkerCommand.MergeDispatchers.class)).hasSize(1);
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
        bench.statuses(N2, working(id(9), 166));
        assertThat(bench.table(7)).containsExactly("REPLICATING@n2");
    }

    @Test
    @DisplayName("#6202: the merge has come to its end before the table is reported: the target is taken")
    void mergedBeforeTheTableIsReported() {
        bootstrapAmidMerge();
        bench.statuses(N2, stopped(id(1), 170), stopped(id(2), 165), working(id(9), 165));

        bench.ddl(120, createTable(7));

        assertThat(bench.table(7)).containsExactly("REPLICATING@n2");
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();
    }

    @Test
    @DisplayName("#6202: the sources have said their last words, the target none yet: the merge decides")
    void sourcesEndBeforeTheTableIsReported() {
        bootstrapAmidMerge();
        bench.statuses(N2, stopped(id(1), 170), stopped(id(2), 165));

        bench.ddl(120, createTable(7));

        assertThat(bench.take(WorkerCommand.MergeDispatchers.class)).hasSize(1);
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
        bench.statuses(N2, removed(id(9)));
        assertThat(bench.table(7)).hasSize(2).noneMatch(text -> text.contains("REPLICATING"));
    }

    @Test
    @DisplayName("a table that is dropped while it is merged: parts and target are removed, and nothing comes back")
    void dropAmidMerge() {
        bootstrapAmidMerge(7);
        bench.takeSent();

        bench.ddl(200, dropTable(7));

        assertThat(bench.takeRemoved()).containsExactly(id(1), id(2), id(9));
        bench.statuses(N2, stopped(id(1), 170), stopped(id(2), 165), stopped(id(9), 0));
        assertThat(bench.table(7)).isEmpty();
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
    }

    private static HandoffManifest amidSplit() {
        List<SpanPart> parts = List.of(new SpanPart(id(11), LEFT, N1), new SpanPart(id(12), RIGHT, null));
        return new HandoffManifest(List.of(new FrozenOperator(
                id(1), OperatorType.SPLIT, "REMOVE_ORIGIN", TableSpan.whole(new TableId(7)), 150, N2, null, parts)));
    }

    private static JournalEntry removal() {
        return new JournalEntry(
                JournalEntry.Kind.REMOVE, id(1), TableSpan.whole(new TableId(7)), SCHEMA, 0, OperatorType.SPLIT);
    }

    @Test
    @DisplayName("a split that is half done at a handoff is finished by the successor, which knows the parts")
    void splitIsFinished() {
        MaintainerBench successor = new MaintainerBench(6, 100, amidSplit(), "balance");
        successor.members(N1, N2);
        successor.answer(N1);
        successor.answer(
                N2, List.of(part(1, TableSpan.whole(new TableId(7)), ComponentState.WORKING, 155)), List.of(removal()));
        successor.loadTables(7);
        successor.takeSent();

        successor.statuses(N2, stopped(id(1), 170));

        assertThat(successor.take(WorkerCommand.CreateDispatcher.class))
                .extracting(WorkerCommand.CreateDispatcher::dispatcher, WorkerCommand.CreateDispatcher::startTs)
                .containsExactlyInAnyOrder(tuple(id(11), 170L), tuple(id(12), 170L));
    }

    @Test
    @DisplayName("a split whose origin had stopped at the handoff: the parts are placed")
    void splitHadStopped() {
        MaintainerBench successor = new MaintainerBench(6, 100, amidSplit(), "balance");
        successor.members(N1, N2);
        successor.answer(N1);
        successor.answer(N2);
        successor.loadTables(7);

        assertThat(successor.take(WorkerCommand.CreateDispatcher.class))
                .extracting(WorkerCommand.CreateDispatcher::dispatcher, WorkerCommand.CreateDispatcher::startTs)
                .containsExactlyInAnyOrder(tuple(id(11), 150L), tuple(id(12), 150L));
    }

    @Test
    @DisplayName("without the manifest, a span that was being split is placed again whole")
    void splitIsForgotten() {
        bench.members(N1, N2);
        bench.answer(N1);
        bench.answer(
                N2, List.of(part(1, TableSpan.whole(new TableId(7)), ComponentState.WORKING, 155)), List.of(removal()));
        bench.loadTables(7);

        bench.statuses(N2, stopped(id(1), 170));

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .extracting(WorkerCommand.CreateDispatcher::dispatcher, WorkerCommand.CreateDispatcher::startTs)
                .containsExactly(tuple(id(1), 170L));
    }
}
