package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.PlacementObstacles.Code;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What people are told when they ask why. */
class ExplainScenarioTest {
    private static final long NOW = 1_000_000;

    private static List<Code> codes(MaintainerInspector maintainer, DispatcherId dispatcher, String node) {
        return maintainer.whyNot(dispatcher, new NodeId(node), NOW).orElseThrow().obstacles().stream()
                .map(PlacementObstacles.Obstacle::code)
                .toList();
    }

    @Test
    @DisplayName("N-01: a placed span tells who placed it, in which round, and for which reason")
    void aPlacedSpan() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);

        SpanExplanation span =
                bench.inspector().explain(bench.dispatcher(1), NOW).orElseThrow();

        assertThat(span.state()).isEqualTo("REPLICATING");
        assertThat(span.node()).isEqualTo(bench.nodeOf(1));
        assertThat(span.decision()).isNotNull();
        assertThat(span.text()).contains("it runs on", "'test' decided to place", "in round", "nothing is under way");
        assertThat(bench.inspector().explain(id(12345), NOW)).isEmpty();
    }

    @Test
    @DisplayName("A span that is being placed tells what is under way")
    void aSpanInFlight() {
        MaintainerBench bench = MaintainerBench.running(List.of(N1, N2), 1);

        SpanExplanation span =
                bench.inspector().explain(bench.dispatcher(1), NOW).orElseThrow();

        assertThat(span.operator()).isNotNull();
        assertThat(span.text()).contains("ADD is under way");
        assertThat(codes(bench.inspector(), bench.dispatcher(1), "n2")).contains(Code.IN_FLIGHT);
    }

    @Test
    @DisplayName("A span that a former owner placed says that nobody has decided on it under this one")
    void aSpanThatWasFound() {
        MaintainerBench bench = MaintainerBench.asking(N1, N2);
        bench.answer(N1);
        bench.answer(N2, MaintainerBench.runs(id(7), 1, 100));
        bench.loadTables(1);

        assertThat(bench.inspector().explain(id(7), NOW).orElseThrow().text()).contains("under this owner");
    }

    @Test
    @DisplayName("N-02: why not there: not a member, not ready, already there, or another was chosen")
    void whyNot() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        DispatcherId dispatcher = bench.dispatcher(1);
        String other = bench.nodeOf(1).equals(N1) ? "n2" : "n1";
        bench.members(N1, N2, N3);

        assertThat(codes(bench.inspector(), dispatcher, bench.nodeOf(1).value()))
                .containsExactly(Code.ALREADY_THERE);
        assertThat(codes(bench.inspector(), dispatcher, "n3")).containsExactly(Code.NOT_READY, Code.OTHER_CHOSEN);
        assertThat(codes(bench.inspector(), dispatcher, "n9")).containsExactly(Code.NOT_A_MEMBER, Code.OTHER_CHOSEN);
        assertThat(codes(bench.inspector(), dispatcher, other)).containsExactly(Code.OTHER_CHOSEN);
    }

    @Test
    @DisplayName("Blame: bootstrap, a missing watermark, a span that does not run, the slowest node, the removal")
    void blame() {
        MaintainerBench waiting = MaintainerBench.fresh();
        waiting.members(N1, N2);
        waiting.answer(N1);
        CheckpointDiagnosis bootstrap = waiting.inspector().blame(NOW);
        assertThat(bootstrap.kind()).isEqualTo(CheckpointConstraint.Kind.BOOTSTRAP);
        assertThat(bootstrap.text()).contains("n2");

        MaintainerBench found = MaintainerBench.fresh();
        found.members(N1, N2);
        found.answer(N1);
        found.answer(N2, MaintainerBench.runs(id(7), 1, 100));
        found.loadTables(1);
        found.tick();
        CheckpointDiagnosis missing = found.inspector().blame(NOW);
        assertThat(missing.kind()).isEqualTo(CheckpointConstraint.Kind.MISSING_WATERMARK);
        assertThat(missing.node()).isIn(N1, N2);

        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);
        bench.heartbeat(N1, 300, 50);
        bench.heartbeat(N2, 200, 50);
        bench.tick();
        CheckpointDiagnosis slow = bench.inspector().blame(NOW);
        assertThat(slow.kind()).isEqualTo(CheckpointConstraint.Kind.NODE);
        assertThat(slow.node()).isEqualTo(N2);
        assertThat(slow.checkpointTs()).isEqualTo(200);
        assertThat(slow.heldMillis()).isPositive();

        bench.ddl(150, MaintainerBench.createTable(3));
        bench.tick();
        CheckpointDiagnosis span = bench.inspector().blame(NOW);
        assertThat(span.kind()).isEqualTo(CheckpointConstraint.Kind.SPAN);
        assertThat(span.span()).isNotNull();

        bench.remove(RemovalMode.HANDOFF);
        bench.tick();
        assertThat(bench.inspector().blame(NOW).kind())
                .isIn(CheckpointConstraint.Kind.REMOVAL, CheckpointConstraint.Kind.SPAN);
        assertThat(codes(bench.inspector(), bench.dispatcher(1), "n2")).contains(Code.NOT_PLANNING);
    }

    @Test
    @DisplayName(
            "Blame: the slowest node holds the span that a block event waits for, so event, span and node are named")
    void blameOfAMissingParticipant() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2, 3, 4);
        BlockEvent sync = BlockEvent.syncPoint(300);
        bench.waiting(bench.nodeOf(1), sync, bench.dispatcher(1));
        bench.waiting(bench.nodeOf(2), sync, bench.dispatcher(2));
        DispatcherId missing = bench.nodeOf(3).equals(N2) ? bench.dispatcher(3) : bench.dispatcher(4);
        bench.heartbeat(N1, 250, 50);
        bench.heartbeat(N2, 200, 50);
        bench.tick();

        CheckpointDiagnosis slow = bench.inspector().blame(NOW);

        assertThat(slow.kind()).isEqualTo(CheckpointConstraint.Kind.NODE);
        assertThat(slow.node()).isEqualTo(N2);
        assertThat(slow.text())
                .contains("block event syncpoint@300 is COLLECTING", "dispatcher " + missing + " of ", "on n2, at ")
                .contains("has not come to it; look at n2");
    }

    @Test
    @DisplayName(
            "Blame: the slowest dispatchers of a node wait at a block event, whose trigger is missing, or executes it,"
                    + " or has not gone on")
    void blameOfABlockEvent() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);
        BlockEvent ddl = new BlockEvent(
                new BlockKey(300, BlockKind.DDL),
                new BlockScope.Tables(List.of(new TableId(1))),
                List.of(),
                "ALTER \u001b[31m one " + "x".repeat(1_000));
        bench.waiting(bench.nodeOf(1), ddl, bench.dispatcher(1));
        bench.heartbeat(N1, 299, 50);
        bench.heartbeat(N2, 299, 50);
        bench.tick();
        NodeId slowest = bench.nodeOf(1);
        // Of two nodes that are equally slow, the first counts; the other one shall be further.
        bench.heartbeat(slowest.equals(N1) ? N2 : N1, 400, 51);
        bench.tick();

        CheckpointDiagnosis blamed = bench.inspector().blame(NOW);
        assertThat(blamed.kind()).isEqualTo(CheckpointConstraint.Kind.BARRIER);
        assertThat(blamed.node()).isEqualTo(slowest);
        assertThat(blamed.text())
                .contains("ddl@300 (ALTER \\u001b[31m one xxx", "the DDL trigger dispatcher on n1 has not come to it")
                .hasSizeLessThan(600);
        assertThat(bench.inspector().view().checkpointHeldBy()).contains("block event", slowest.value());

        bench.waiting(N1, ddl, bench.trigger());
        assertThat(bench.inspector().blame(NOW).text())
                .contains("is WRITING", "the DDL trigger dispatcher on n1 executes it; look at the sink");

        bench.passed(N1, ddl, 1, bench.trigger());
        assertThat(bench.inspector().blame(NOW).text())
                .contains("is PASSING", "dispatcher " + bench.dispatcher(1) + " of table 1 on " + slowest)
                .contains("has not gone on; look at " + slowest);

        bench.passed(slowest, ddl, 1, bench.dispatcher(1));
        CheckpointDiagnosis over = bench.inspector().blame(NOW);
        assertThat(over.kind()).isEqualTo(CheckpointConstraint.Kind.NODE);
        assertThat(over.text()).doesNotContain("block event");
    }
}
