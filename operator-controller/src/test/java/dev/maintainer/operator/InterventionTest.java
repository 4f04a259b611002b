package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.RefusalReason;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What people do to operators that are under way. */
class InterventionTest {
    private final Rig rig = new Rig();

    private void moving() {
        rig.spans.addReplicating(id(1), A, 100);
        rig.controller.move(id(1), A, B, rig.now);
        rig.take();
    }

    @Test
    @DisplayName("N-17 retry: the command is sent again at once")
    void retry() {
        moving();
        assertThat(rig.controller.retry(id(1), rig.now).isAdmitted()).isTrue();
        assertThat(rig.take()).containsExactly("#1 MOVE: remove on a");
    }

    @Test
    @DisplayName(
            "N-17 cancel: a move whose origin was told to stop waits for that, and leaves the span to the scheduler")
    void cancelBeforeTheOriginHasStopped() {
        moving();
        assertThat(rig.controller.cancel(id(1), rig.now).isAdmitted()).isTrue();
        assertThat(rig.take()).containsExactly("#1 MOVE: remove on a");
        assertThat(rig.controller.isInFlight(id(1))).isTrue();

        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.take()).containsExactly("#1 MOVE: finished");
        assertThat(rig.spans.isAbsent(id(1))).isTrue();
    }

    @Test
    @DisplayName("N-17 cancel: what the destination may have created is removed first, even if it says that it works")
    void cancelAfterTheOriginHasStopped() {
        moving();
        rig.reported(A, 1, ComponentState.STOPPED);
        rig.take();

        rig.controller.cancel(id(1), rig.now);
        rig.reported(B, 1, ComponentState.WORKING);
        assertThat(rig.take()).containsExactly("#1 MOVE: remove on b");
        rig.reported(B, 1, ComponentState.STOPPED);

        assertThat(rig.take()).containsExactly("#1 MOVE: finished");
        assertThat(rig.spans.isAbsent(id(1))).isTrue();
    }

    @Test
    @DisplayName("N-17 cancel: an add is withdrawn, and absent only when its node has confirmed or died")
    void cancelAdd() {
        rig.spans.addAbsent(id(1), 100);
        rig.controller.add(id(1), B, rig.now);
        rig.take();
        rig.controller.cancel(id(1), rig.now);
        assertThat(rig.take()).containsExactly("#1 ADD: remove on b");
        assertThat(rig.spans.isAbsent(id(1))).isFalse();
        rig.die(B);
        assertThat(rig.spans.isAbsent(id(1))).isTrue();
    }

    @Test
    @DisplayName("A removal cannot turn back; what is not there and what is frozen neither")
    void refused() {
        assertThat(rig.controller.cancel(id(9), rig.now)).isEqualTo(Admission.refused(RefusalReason.GONE));
        rig.controller.removeStray(id(2), A, rig.now);
        assertThat(rig.controller.cancel(id(2), rig.now))
                .isEqualTo(Admission.refused(RefusalReason.PRECONDITION_FAILED));
        moving();
        rig.controller.quiesce(QuiesceAllowlist.NONE);
        rig.take();
        assertThat(rig.controller.cancel(id(1), rig.now)).isEqualTo(Admission.refused(RefusalReason.QUIESCING));
        assertThat(rig.controller.retry(id(1), rig.now)).isEqualTo(Admission.refused(RefusalReason.QUIESCING));
        assertThat(rig.controller.release(id(1), rig.now)).isEqualTo(Admission.refused(RefusalReason.QUIESCING));
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("UP-21, N-17 release: the node that is waited for counts as dead for this one operator")
    void release() {
        moving();
        rig.spans.addReplicating(id(2), A, 100);
        rig.controller.move(id(2), A, B, rig.now);
        rig.take();

        assertThat(rig.controller.release(id(1), rig.now).isAdmitted()).isTrue();

        assertThat(rig.take()).containsExactly("#1 MOVE: create on b");
        rig.controller.release(id(1), rig.now);
        assertThat(rig.spans.isAbsent(id(1))).isTrue();
        assertThat(Objects.requireNonNull(rig.controller.operatorOf(id(2))).isRemovingFrom(A))
                .isTrue();
    }
}
