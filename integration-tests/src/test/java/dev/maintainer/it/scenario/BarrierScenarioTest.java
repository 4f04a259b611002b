package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand.AcknowledgeBarrierReport;
import dev.maintainer.api.message.WorkerCommand.CreateDispatcher;
import dev.maintainer.api.message.WorkerCommand.ResolveBarrier;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a running maintainer makes of reports about block events. */
class BarrierScenarioTest {
    private static final BlockEvent SYNC = BlockEvent.syncPoint(200);

    private final MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);
    private final NodeId one = bench.nodeOf(1);
    private final NodeId two = bench.nodeOf(2);

    private static BlockEvent ddl(long ts) {
        return new BlockEvent(
                new BlockKey(ts, BlockKind.DDL),
                new BlockScope.Tables(List.of(new TableId(1))),
                List.of(),
                "ALTER one");
    }

    private void ended(NodeId node, long table, long checkpointTs) {
        bench.statuses(node, new DispatcherStatus(bench.dispatcher(table), ComponentState.STOPPED, checkpointTs));
    }

    private AcknowledgeBarrierReport answer() {
        List<AcknowledgeBarrierReport> answers = bench.take(AcknowledgeBarrierReport.class);
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    @Test
    @DisplayName(
            "I-131: a sync point of the trigger and two tables: WRITE when all wait, PASS to each node when it is written")
    void syncPoint() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        bench.waiting(two, SYNC, bench.dispatcher(2));
        assertThat(bench.take(ResolveBarrier.class)).isEmpty();

        bench.waiting(N1, SYNC, bench.trigger());
        assertThat(bench.take(ResolveBarrier.class))
                .extracting(ResolveBarrier::action)
                .containsExactly(BarrierAction.WRITE);

        bench.passed(N1, SYNC, 1, bench.trigger());
        assertThat(bench.takeSent().stream().filter(each -> each.command() instanceof ResolveBarrier))
                .extracting(MaintainerBench.Sent::to)
                .containsExactly(N1, N2);
    }

    @Test
    @DisplayName("I-142, UP-17: who is being placed is told to report again soon, and counts for nothing yet")
    void beingPlaced() {
        ended(one, 1, 150);
        bench.takeSent();

        bench.waiting(bench.nodeOf(1), SYNC, bench.dispatcher(1));

        assertThat(answer().deferred()).containsExactly(bench.dispatcher(1));
        bench.waiting(two, SYNC, bench.dispatcher(2));
        bench.waiting(N1, SYNC, bench.trigger());
        assertThat(bench.take(ResolveBarrier.class)).isEmpty();
    }

    @Test
    @DisplayName("UP-16: who is nobody any more is acknowledged, so that it stops")
    void nobody() {
        bench.waiting(two, SYNC, MaintainerBench.id(99));

        assertThat(answer().deferred()).isEmpty();
        assertThat(bench.inspector().barriers(5, 0)).isEmpty();
    }

    @Test
    @DisplayName("a report that was overtaken by a later one is not taken in: what it says may be over")
    void overtaken() {
        bench.barrier(one, 7, Long.MAX_VALUE, SYNC, BlockStage.DONE, 1, bench.dispatcher(1));
        bench.takeSent();

        Disposition late = bench.barrier(one, 6, Long.MAX_VALUE, SYNC, BlockStage.WAITING, 0, bench.dispatcher(1));

        assertThat(late).isEqualTo(Disposition.STALE);
        assertThat(bench.takeSent()).isEmpty();
        assertThat(bench.inspector().barriers(5, 0)).isEmpty();
    }

    @Test
    @DisplayName(
            "UP-15: of the identity of an event every part counts: nothing that differs in one is taken for its end")
    void otherEvents() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        bench.waiting(two, SYNC, bench.dispatcher(2));
        bench.waiting(N1, SYNC, bench.trigger());
        bench.takeSent();

        bench.passed(N1, SYNC, 2, bench.trigger());
        bench.passed(N1, BlockEvent.syncPoint(201), 1, bench.trigger());
        bench.passed(N1, ddl(200), 1, bench.trigger());
        bench.passed(N2, SYNC, 1, bench.trigger());
        assertThat(bench.take(ResolveBarrier.class)).isEmpty();

        bench.passed(N1, SYNC, 1, bench.trigger());
        assertThat(bench.take(ResolveBarrier.class)).hasSize(2);
    }

    @Test
    @DisplayName(
            "UP-19, L-80: what waits at a DDL and is placed elsewhere begins right before it, without the rows of its time")
    void placedAnewAtDdl() {
        bench.waiting(one, ddl(200), bench.dispatcher(1));
        bench.takeSent();

        ended(one, 1, 199);

        assertThat(bench.take(CreateDispatcher.class)).singleElement().satisfies(create -> {
            assertThat(create.startTs()).isEqualTo(199);
            assertThat(create.partial()).isEqualTo(PartialCommit.ROWS);
        });
    }

    @Test
    @DisplayName("UP-19, L-81: what waits at a sync point begins between the DDL of that time and the sync point")
    void placedAnewAtSyncPoint() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        bench.takeSent();

        ended(one, 1, 199);

        assertThat(bench.take(CreateDispatcher.class))
                .singleElement()
                .satisfies(create -> assertThat(create.partial()).isEqualTo(PartialCommit.ROWS_AND_DDL));
    }

    @Test
    @DisplayName("UP-19, L-82: what has gone on begins where it was")
    void placedAnewLater() {
        bench.waiting(one, ddl(200), bench.dispatcher(1));
        bench.statuses(one, new DispatcherStatus(bench.dispatcher(1), ComponentState.WORKING, 300));
        bench.takeSent();

        ended(one, 1, 300);

        assertThat(bench.take(CreateDispatcher.class)).singleElement().satisfies(create -> {
            assertThat(create.startTs()).isEqualTo(300);
            assertThat(create.partial()).isEqualTo(PartialCommit.NONE);
        });
    }

    /** Both nodes are alive and go on saying so. */
    private void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 5_000) {
            bench.statuses(N1);
            bench.statuses(N2);
            bench.pass(5_000);
        }
    }

    private List<String> stuck() {
        return told(ErrorCode.BARRIER_STUCK);
    }

    private List<String> told(ErrorCode code) {
        return bench.maintainer().status().errors().stream()
                .filter(each -> each.code() == code)
                .map(WorkerError::message)
                .toList();
    }

    @Test
    @DisplayName(
            "a barrier at which nobody new arrives for 30 s is reported, with who is missing and where; until it moves")
    void stuckWhileDispatchersArrive() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        bench.waiting(N1, SYNC, bench.trigger());
        pass(25_000);
        assertThat(stuck()).isEmpty();

        pass(10_000);
        assertThat(stuck())
                .singleElement()
                .satisfies(message -> assertThat(message)
                        .contains("syncpoint@200 is COLLECTING", "1 spans wait")
                        .contains("dispatcher " + bench.dispatcher(2) + " of table 2 on " + two + ", at ")
                        .contains("look at " + two));

        bench.waiting(two, SYNC, bench.dispatcher(2));
        bench.tick();
        assertThat(stuck()).isEmpty();
    }

    @Test
    @DisplayName("a DDL that the sink refuses is told at once, with statement and reason, until somebody has decided")
    void refused() {
        bench.waiting(one, ddl(200), bench.dispatcher(1));
        bench.waiting(N1, ddl(200), bench.trigger());
        bench.refused(N1, ddl(200), 1, "column is in use", bench.trigger());
        bench.takeSent();

        pass(60_000);
        assertThat(bench.take(ResolveBarrier.class)).isEmpty();
        assertThat(stuck()).as("nobody is stuck: somebody has to decide").isEmpty();
        assertThat(told(ErrorCode.DDL_REFUSED))
                .singleElement()
                .satisfies(message -> assertThat(message)
                        .contains("ddl@200 (ALTER one) is refused: column is in use", "ctl barrier retry"));
        assertThat(bench.inspector().view().refused()).contains("column is in use");
        assertThat(bench.inspector().blame(0).text()).contains("column is in use");

        assertThat(bench.decide(ddl(200).key(), 1, RefusalDecision.RETRY)).isEqualTo(Disposition.APPLIED);
        bench.tick();
        assertThat(bench.take(ResolveBarrier.class))
                .extracting(ResolveBarrier::attempt)
                .containsExactly(2L);
        assertThat(told(ErrorCode.DDL_REFUSED)).isEmpty();
        assertThat(bench.decide(ddl(200).key(), 1, RefusalDecision.SKIP)).isEqualTo(Disposition.STALE);
    }

    @Test
    @DisplayName(
            "a barrier whose writer hangs is reported, and so is one where a dispatcher that was told does not go on")
    void stuckLater() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        bench.waiting(two, SYNC, bench.dispatcher(2));
        bench.waiting(N1, SYNC, bench.trigger());
        pass(35_000);
        assertThat(stuck())
                .singleElement()
                .satisfies(message -> assertThat(message)
                        .contains("is WRITING", "the DDL trigger dispatcher on n1 executes it; look at the sink"));

        bench.passed(N1, SYNC, 1, bench.trigger());
        bench.tick();
        assertThat(stuck()).isEmpty();
        pass(20_000);
        bench.passed(one, SYNC, 1, bench.dispatcher(1));
        pass(20_000);
        assertThat(stuck()).as("it has moved 20 s ago").isEmpty();

        pass(15_000);
        assertThat(stuck())
                .singleElement()
                .satisfies(message -> assertThat(message)
                        .contains("is PASSING", "dispatcher " + bench.dispatcher(2) + " of table 2 on " + two)
                        .contains("has not gone on; look at " + two));

        bench.passed(two, SYNC, 1, bench.dispatcher(2));
        bench.tick();
        assertThat(stuck()).isEmpty();
    }

    @Test
    @DisplayName("that one leaves a barrier and comes back, as one that is moved does, brings it no nearer to its end")
    void stuckWhileOthersMove() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        bench.waiting(N1, SYNC, bench.trigger());
        for (int i = 0; i < 4; i++) {
            pass(10_000);
            ended(one, 1, 199);
            // One that fails again and again is placed a little later.
            bench.pass(500);
            bench.completeCreates(199);
            bench.waiting(bench.nodeOf(1), SYNC, bench.dispatcher(1));
        }

        assertThat(stuck()).hasSize(1);
    }

    @Test
    @DisplayName("a maintainer that is being removed reports no barrier as stuck: its successor collects anew")
    void stuckAndRemoved() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        pass(35_000);
        assertThat(stuck()).hasSize(1);

        bench.remove(RemovalMode.HANDOFF);
        assertThat(stuck()).isEmpty();

        pass(65_000);
        assertThat(stuck()).isEmpty();
    }

    @Test
    @DisplayName("people see who is missing")
    void shown() {
        bench.waiting(one, SYNC, bench.dispatcher(1));
        bench.waiting(N1, SYNC, bench.trigger());

        assertThat(bench.inspector().barriers(5, 9_000)).singleElement().satisfies(barrier -> {
            assertThat(barrier.triggerWaits()).isTrue();
            assertThat(barrier.missing()).singleElement().satisfies(missing -> {
                assertThat(missing.node()).isEqualTo(two);
                assertThat(missing.dispatcher()).isEqualTo(bench.dispatcher(2));
            });
        });
    }
}
