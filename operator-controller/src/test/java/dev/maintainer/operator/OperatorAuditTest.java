package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.C;
import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.operator.OperatorEvent;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each rule of the audit sees what it is there for. */
class OperatorAuditTest {
    private final Rig rig = new Rig();
    private final OperatorController controller = rig.controller;

    @BeforeEach
    void anAddAMoveAndARemoval() {
        rig.spans.addAbsent(id(1), 100);
        rig.spans.addReplicating(id(2), A, 100);
        controller.add(id(1), A, 0);
        controller.move(id(2), A, B, 0);
        controller.removeStray(id(3), C, 0);
        assertThat(controller.audit()).isEmpty();
    }

    private void sees(String invariant) {
        assertThat(controller.audit()).extracting(Finding::invariant).contains(invariant);
    }

    private RegisteredOperator operator(long n) {
        return Objects.requireNonNull(controller.execution.operators.get(id(n)));
    }

    @Test
    void anOperatorUnderAnotherId() {
        controller.execution.operators.put(id(9), operator(1));
        sees("I-15");
    }

    @Test
    void anOperatorThatHasEndedAndIsStillThere() {
        operator(3).apply(new OperatorEvent.NodeDied(C));
        sees("I-16");
    }

    @Test
    void anOperatorThatNobodyRepeats() {
        controller.execution.queue.remove(operator(1));
        sees("I-64");
    }

    @Test
    void aQueuedOperatorThatIsNotRegistered() {
        controller.execution.operators.remove(id(3));
        sees("I-17");
    }

    @Test
    void aFrozenOperatorInTheQueue() {
        controller.quiesce(QuiesceAllowlist.NONE);
        assertThat(controller.audit()).isEmpty();
        controller.execution.queue.append(removedFromItsQueue(operator(1)));
        sees("I-17");
    }

    private static RegisteredOperator removedFromItsQueue(RegisteredOperator operator) {
        Objects.requireNonNull(operator.list).remove(operator);
        return operator;
    }

    @Test
    void aQueueOutOfOrder() {
        operator(1).dueAt(1_000_000);
        sees("I-31");
    }

    @Test
    void aPlacementWithoutASpan() {
        rig.spans.remove(id(1));
        sees("I-12");
    }

    @Test
    void aSpanThatIsElsewhereThanItsOperator() {
        rig.spans.markAbsent(rig.spans.of(id(2)));
        sees("I-19");
    }

    @Test
    void anOperatorWhoseSpanCountsAsRunning() {
        rig.spans.markReplicating(rig.spans.of(id(1)));
        sees("I-39");
    }

    @Test
    void trafficThatIsCountedTwice() {
        controller.execution.traffic.count(operator(1), 1);
        sees("I-57");
    }

    @Test
    @DisplayName("A removal that is repeated out of turn for hours keeps one place in the queue")
    void repeatsDoNotGrowTheQueue() {
        for (int second = 1; second <= 10_000; second++) {
            controller.repeat(id(3), second * 1_000L);
        }
        assertThat(controller.execution.queue.size()).isEqualTo(3);
        controller.tick(10_000_000);
        assertThat(controller.audit()).isEmpty();
    }
}
