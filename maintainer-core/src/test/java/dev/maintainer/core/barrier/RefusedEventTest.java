package dev.maintainer.core.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.registry.SpanReplica;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A block event that the sink refuses stands still until somebody decides. */
class RefusedEventTest extends BarrierBench {
    private static final String NO_SUCH_TABLE = "relation \"shop.orders\" does not exist";

    private SpanReplica refused() {
        SpanReplica one = span(1, B);
        waits(one, DROP);
        triggerWaits(DROP);
        barrier.triggerRefused(DROP.key(), 1, NO_SUCH_TABLE, now);
        settle();
        said();
        return one;
    }

    @Test
    @DisplayName("nobody is told anything, however long it takes, and people are told the statement and the reason")
    void standsStill() {
        refused();
        after(60_000);

        assertThat(said()).isEmpty();
        assertThat(phase()).isEqualTo(BarrierPhase.REFUSED);
        assertThat(shown.refusal()).contains("ddl@1000", "(DDL)", NO_SUCH_TABLE, "ctl barrier retry ddl@1000");
    }

    @Test
    @DisplayName("a retry is a new attempt of the writer, and is repeated until it answers")
    void retry() {
        SpanReplica one = refused();

        assertThat(barrier.decided(DROP.key(), 1, RefusalDecision.RETRY, now)).isTrue();
        settle();
        assertThat(said()).containsExactly("WRITE ddl@1000 to a #2");
        assertThat(shown.refusal()).isNull();
        after(1_000);
        assertThat(said()).containsExactly("WRITE ddl@1000 to a #2");

        triggerPasses(DROP, 2);
        assertThat(said()).first().isEqualTo("tables change by ddl@1000");
        assertThat(one.isRegistered()).isFalse();
    }

    @Test
    @DisplayName("a retry that is refused stands still again, with the new reason")
    void refusedAgain() {
        refused();
        barrier.decided(DROP.key(), 1, RefusalDecision.RETRY, now);
        settle();
        barrier.triggerRefused(DROP.key(), 2, "the disk is full", now);
        settle();

        assertThat(phase()).isEqualTo(BarrierPhase.REFUSED);
        assertThat(shown.refusal()).contains("the disk is full");
    }

    @Test
    @DisplayName("skipped, it counts as executed: the tables change, and whoever waits goes on, the trigger too")
    void skip() {
        refused();

        assertThat(barrier.decided(DROP.key(), 1, RefusalDecision.SKIP, now)).isTrue();
        settle();

        assertThat(said()).containsExactly("tables change by ddl@1000", "PASS ddl@1000 to a #1");
        triggerPasses(DROP, 1);
        assertThat(shown.barriers(9, now)).isEmpty();
    }

    @Test
    @DisplayName("a decision is about the refusal that somebody has seen, and about nothing else")
    void lateDecision() {
        refused();
        barrier.decided(DROP.key(), 1, RefusalDecision.RETRY, now);
        settle();
        said();

        assertThat(barrier.decided(DROP.key(), 1, RefusalDecision.SKIP, now)).isFalse();
        barrier.triggerRefused(DROP.key(), 2, NO_SUCH_TABLE, now);
        assertThat(barrier.decided(DROP.key(), 1, RefusalDecision.SKIP, now)).isFalse();
        assertThat(barrier.decided(SYNC.key(), 2, RefusalDecision.SKIP, now)).isFalse();
        settle();

        assertThat(said()).isEmpty();
        assertThat(phase()).isEqualTo(BarrierPhase.REFUSED);
    }

    @Test
    @DisplayName("the refusal of an earlier attempt, which arrives late, changes nothing")
    void lateRefusal() {
        refused();
        barrier.decided(DROP.key(), 1, RefusalDecision.RETRY, now);
        settle();

        assertThat(barrier.triggerRefused(DROP.key(), 1, NO_SUCH_TABLE, now)).isFalse();
        assertThat(phase()).isEqualTo(BarrierPhase.WRITING);
    }

    @Test
    @DisplayName("a trigger that is made anew comes to it again, and its sink is asked again")
    void nextWriter() {
        refused();
        barrier.triggerLost(now);
        settle();
        assertThat(shown.refusal()).isNull();

        triggerWaits(DROP);
        assertThat(said()).containsExactly("WRITE ddl@1000 to a #2");
    }

    @Test
    @DisplayName("somebody who is past it proves that it was executed, or skipped, under a former owner")
    void proven() {
        SpanReplica one = refused();
        registry.report(one, ComponentState.WORKING, 1_000);
        settle();

        assertThat(said()).contains("tables change by ddl@1000", "PASS ddl@1000 to a #1");
        assertThat(shown.refusal()).isNull();
    }

    @Test
    @DisplayName(
            "what must not be executed is refused before the sink is asked, and a retry asks again whether it may be")
    void objection() {
        objection = "two tables would be one";
        waits(span(1, B), DROP);
        triggerWaits(DROP);
        assertThat(said()).isEmpty();
        assertThat(shown.refusal()).contains("is refused: two tables would be one");

        barrier.decided(DROP.key(), 1, RefusalDecision.RETRY, now);
        settle();
        assertThat(said()).isEmpty();
        assertThat(shown.barriers(1, now)).extracting(OpenBarrier::attempt).containsExactly(2L);

        objection = null;
        barrier.decided(DROP.key(), 2, RefusalDecision.RETRY, now);
        settle();
        assertThat(said()).containsExactly("WRITE ddl@1000 to a #3");
    }

    @Test
    @DisplayName("what a sink says is shown in one line, and not at any length")
    void longRefusal() {
        waits(span(1, B), DROP);
        triggerWaits(DROP);
        barrier.triggerRefused(DROP.key(), 1, "\u001b[31mno\n".repeat(5_000), now);

        List<OpenBarrier> open = shown.barriers(1, now);
        assertThat(open)
                .singleElement()
                .satisfies(each -> assertThat(each.reason())
                        .hasSizeLessThan(4 * OpenBarrier.MOST_SHOWN)
                        .doesNotContain("\u001b", "\n"));
    }
}
