package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.SCHEMA;
import static dev.maintainer.it.support.MaintainerBench.createTable;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.incarnation;
import static dev.maintainer.it.support.MaintainerBench.runs;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static dev.maintainer.it.support.MaintainerBench.working;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.it.support.MaintainerBench.Sent;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A maintainer finds out what runs, and makes it what should run. */
class BootstrapScenarioTest {
    private final MaintainerBench bench = MaintainerBench.fresh();

    private static TableSpan whole(long table) {
        return TableSpan.whole(new TableId(table));
    }

    @Test
    @DisplayName("L-1, L-6: each node is asked once, and again only when it has not answered for 500 ms")
    void requestsAreRepeatedUntilAnswered() {
        bench.members(N1, N2);
        assertThat(bench.takeSent()).extracting(Sent::to).containsExactly(N1, N2);
        bench.answer(N1);
        bench.pass(400);
        assertThat(bench.takeSent()).isEmpty();
        bench.pass(100);

        assertThat(bench.takeSent()).extracting(Sent::to).containsExactly(N2);
    }

    @Test
    @DisplayName("1.5: only the maintainer's own node is told of a trigger to create")
    void onlyTheOwnNodeGetsTheTrigger() {
        bench.members(N1, N2);

        List<WorkerCommand.Bootstrap> requests = bench.take(WorkerCommand.Bootstrap.class);

        assertThat(requests).extracting(WorkerCommand.Bootstrap::trigger).containsExactly(bench.trigger(), null);
        assertThat(requests).extracting(WorkerCommand.Bootstrap::startTs).containsOnly(100L);
    }

    @Test
    @DisplayName("L-2: tables are asked for when, and not before, all nodes have answered")
    void tablesAreAskedForWhenAllHaveAnswered() {
        bench.members(N1, N2);
        bench.answer(N1);
        assertThat(bench.tablesRequested()).isEmpty();

        bench.answer(N2);

        assertThat(bench.tablesRequested()).containsExactly(100L);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.BOOTSTRAPPING);
    }

    @Test
    @DisplayName("2.4: when the last outstanding node dies, the others' answers are enough")
    void deathOfTheLastOutstandingNode() {
        bench.members(N1, N2);
        bench.answer(N1);

        bench.members(N1);
        bench.loadTables(1);

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.RUNNING);
    }

    @Test
    @DisplayName("L-7: an answer from a node that is not a member changes nothing")
    void answerFromAStranger() {
        bench.members(N1);

        assertThat(bench.answer(N2)).isEqualTo(Disposition.STALE);
    }

    @Test
    @DisplayName("L-29: a fresh changefeed places all its tables, and the trigger begins")
    void freshChangefeed() {
        bench.members(N1);
        bench.answer(N1);
        bench.takeSent();
        bench.loadTables(1, 2);

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.RUNNING);
        List<Sent> sent = bench.takeSent();
        assertThat(sent)
                .filteredOn(each -> each.command() instanceof WorkerCommand.CreateDispatcher)
                .hasSize(2);
        assertThat(sent)
                .filteredOn(each -> each.command() instanceof WorkerCommand.PostBootstrap)
                .hasSize(1);
    }

    @Test
    @DisplayName("L-47: the trigger's begin is repeated until it is confirmed")
    void postBootstrapIsRepeated() {
        bench.members(N1);
        bench.answer(N1);
        bench.loadTables();
        bench.takeSent();

        bench.pass(1_000);
        assertThat(bench.take(WorkerCommand.PostBootstrap.class)).hasSize(2);
        bench.triggerBegun();
        bench.pass(2_000);

        assertThat(bench.take(WorkerCommand.PostBootstrap.class)).isEmpty();
    }

    @Test
    @DisplayName("Working dispatchers are adopted where they run, and nothing is sent to them")
    void workingDispatchersAreAdopted() {
        bench.members(N1, N2);
        bench.answer(N1, runs(id(1), 1, 150));
        bench.answer(N2, runs(id(2), 2, 120));
        bench.takeSent();
        bench.loadTables(1, 2);

        assertThat(bench.table(1)).containsExactly("REPLICATING@n1");
        assertThat(bench.dispatcher(2)).isEqualTo(id(2));
        assertThat(bench.takeSent()).extracting(Sent::command).allMatch(WorkerCommand.PostBootstrap.class::isInstance);
    }

    @Test
    @DisplayName("L-31: exactly the uncovered ranges of a table get new spans")
    void holesAreFilled() {
        TableSpan middle = new TableSpan(new TableId(1), SpanBound.before("g"), SpanBound.before("p"));
        bench.members(N1);
        bench.answer(N1, new DispatcherSnapshot(id(1), middle, SCHEMA, ComponentState.WORKING, 150));
        bench.loadTables(1);

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .extracting(create -> create.span().toString())
                .containsExactlyInAnyOrder("table 1 [-inf, g)", "table 1 [p, +inf)");
    }

    @Test
    @DisplayName("I-166, L-42: of two dispatchers for one range the one that is further stays, the other is removed")
    void overlapsAreResolved() {
        bench.members(N1, N2);
        bench.answer(N1, runs(id(1), 1, 150));
        bench.answer(N2, runs(id(2), 1, 180));
        bench.takeSent();
        bench.loadTables(1);

        assertThat(bench.dispatcher(1)).isEqualTo(id(2));
        assertThat(bench.takeSent())
                .filteredOn(each -> each.command() instanceof WorkerCommand.RemoveDispatcher)
                .singleElement()
                .satisfies(each -> assertThat(each.to()).isEqualTo(N1));
    }

    @Test
    @DisplayName("L-34: a journaled removal that was a part of a move: the span is placed again once it has stopped")
    void journaledMoveRemoval() {
        bench.members(N1, N2);
        bench.answer(
                N1,
                List.of(runs(id(1), 1, 150)),
                List.of(new JournalEntry(JournalEntry.Kind.REMOVE, id(1), whole(1), SCHEMA, 0, OperatorType.MOVE)));
        bench.answer(N2);
        bench.takeSent();
        bench.loadTables(1);
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(1);

        bench.statuses(N1, stopped(id(1), 170));

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.startTs()).isEqualTo(170));
    }

    @Test
    @DisplayName("I-162, L-32: a journaled create of a dropped table is skipped")
    void journaledCreateOfADroppedTable() {
        bench.members(N1);
        bench.answer(
                N1,
                List.of(),
                List.of(new JournalEntry(JournalEntry.Kind.CREATE, id(1), whole(1), SCHEMA, 90, OperatorType.ADD)));
        bench.takeSent();
        bench.loadTables();

        assertThat(bench.table(1)).isEmpty();
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
    }

    @Test
    @DisplayName("2.5.1: a journaled create goes on under its id on its node")
    void journaledCreate() {
        bench.members(N1, N2);
        bench.answer(
                N2,
                List.of(),
                List.of(new JournalEntry(JournalEntry.Kind.CREATE, id(1), whole(1), SCHEMA, 130, OperatorType.ADD)));
        bench.answer(N1);
        bench.takeSent();
        bench.loadTables(1);

        assertThat(bench.takeSent())
                .filteredOn(each -> each.command() instanceof WorkerCommand.CreateDispatcher)
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.to()).isEqualTo(N2);
                    assertThat(((WorkerCommand.CreateDispatcher) each.command()).dispatcher())
                            .isEqualTo(id(1));
                });
    }

    @Test
    @DisplayName(
            "I-174, L-44: a table created after the snapshot whose dispatcher runs is adopted when its creation comes")
    void laterTableIsAdopted() {
        bench.members(N1, N2);
        bench.answer(N1);
        bench.answer(N2, runs(id(7), 7, 160));
        bench.begins();
        bench.takeSent();

        bench.statuses(N2, working(id(7), 170));
        assertThat(bench.takeSent()).as("not an orphan yet").isEmpty();
        bench.ddl(150, createTable(7));

        assertThat(bench.table(7)).containsExactly("REPLICATING@n2");
        assertThat(bench.dispatcher(7)).isEqualTo(id(7));
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
    }

    @Test
    @DisplayName("I-174: a table created and dropped after the snapshot ends with no dispatcher")
    void laterTableThatIsDroppedAgain() {
        bench.members(N1, N2);
        bench.answer(N1);
        bench.answer(N2, runs(id(7), 7, 160));
        bench.begins();
        bench.takeSent();

        bench.ddl(150, createTable(7));
        bench.ddl(155, dropTable(7));

        assertThat(bench.table(7)).isEmpty();
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(1);
    }

    @Test
    @DisplayName("S25, L6: a dispatcher of a table dropped before the snapshot is removed once nobody can claim it")
    void orphanOfADroppedTable() {
        bench.members(N1, N2);
        bench.answer(N1);
        bench.answer(N2, runs(id(7), 7, 160));
        bench.begins();
        bench.takeSent();

        // Its table may have been created at 161: such a dispatcher begins right before.
        bench.watermark(160, 1, N1);
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();
        bench.watermark(161, 1, N1);

        assertThat(bench.takeRemoved()).containsExactly(id(7));
    }

    @Test
    @DisplayName("A dispatcher whose removal the predecessor had begun for a dropped table is removed at once")
    void manifestKnowsWhatWasDropped() {
        HandoffManifest manifest = new HandoffManifest(
                List.of(new FrozenOperator(id(7), OperatorType.REMOVE, "REMOVING", null, 0, N2, null)));
        MaintainerBench successor = new MaintainerBench(6, 100, manifest, "balance");
        successor.members(N1, N2);
        successor.answer(N1);
        successor.answer(N2, runs(id(7), 7, 160));
        successor.takeSent();
        successor.loadTables();

        assertThat(successor.takeRemoved()).containsExactly(id(7));
    }

    @Test
    @DisplayName("L-46: an answer with another epoch is stale")
    void answerOfAnotherEpoch() {
        bench.members(N1);

        Disposition disposition = bench.report(
                N1,
                new WorkerReport.BootstrapSnapshot(
                        CHANGEFEED, new MaintainerEpoch(4), incarnation(N1), 100, List.of(), List.of()));

        assertThat(disposition).isEqualTo(Disposition.STALE);
        assertThat(bench.tablesRequested()).isEmpty();
    }

    @Test
    @DisplayName(
            "L-52: a node that joins later is asked, gets nothing before it has answered, and, after the grace, its share")
    void laterNode() {
        MaintainerBench running = MaintainerBench.settled(List.of(N1), 1, 2, 3, 4);
        running.heartbeat(N1, 100, 20);

        running.members(N1, N3);
        assertThat(running.takeSent()).extracting(Sent::command).allMatch(WorkerCommand.Bootstrap.class::isInstance);
        running.answer(N3);
        assertThat(running.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();
        running.passJoinGrace(N1, N3);

        assertThat(running.take(WorkerCommand.RemoveDispatcher.class))
                .as("two moves begin")
                .hasSize(2);
    }
}
