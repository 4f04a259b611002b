package dev.maintainer.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final Members members = new Members();
    private long version;

    private static BootstrapSnapshot answer(long incarnation) {
        return new BootstrapSnapshot(
                new ChangefeedId("cf"), new MaintainerEpoch(1), incarnation, 0, List.of(), List.of());
    }

    private void join(NodeId... nodes) {
        members.note(Membership.of(++version, List.of(nodes)));
        members.adopt();
    }

    @Test
    @DisplayName("L-1: two new nodes are asked; the same set again asks nobody")
    void newNodesAreAskedOnce() {
        join(A, B);

        assertThat(members.dueForRequest(0, 500)).containsExactly(A, B);
        join(A, B);
        assertThat(members.dueForRequest(0, 500)).isEmpty();
        assertThat(members.allAnswered()).isFalse();
        assertThat(members.snapshots()).isEmpty();
    }

    @Test
    @DisplayName("L-2: with the second answer all have answered; the answers are handed out until they are let go")
    void allHaveAnsweredWithTheLastAnswer() {
        join(A, B);

        assertThat(members.answered(A, answer(1), true)).isTrue();
        assertThat(members.allAnswered()).isFalse();
        assertThat(members.answered(B, answer(2), true)).isTrue();
        assertThat(members.allAnswered()).isTrue();

        assertThat(members.snapshots()).containsOnlyKeys(A, B);
        members.dropSnapshots();
        assertThat(members.snapshots()).isEmpty();
        assertThat(members.allAnswered()).isTrue();
    }

    @Test
    @DisplayName("L-6: who has not answered is asked again after the resend time, not before")
    void whoHasNotAnsweredIsAskedAgain() {
        join(A, B);
        members.dueForRequest(0, 500);
        members.answered(A, answer(1), true);

        assertThat(members.dueForRequest(499, 500)).isEmpty();
        assertThat(members.dueForRequest(500, 500)).containsExactly(B);
        assertThat(members.dueForRequest(999, 500)).isEmpty();
        assertThat(members.dueForRequest(1_000, 500)).containsExactly(B);
    }

    @Test
    @DisplayName("L-7: an answer of a node that is no member changes nothing")
    void strangersDoNotAnswer() {
        join(A);

        assertThat(members.answered(B, answer(1), true)).isFalse();

        assertThat(members.isAlive(B)).isFalse();
        assertThat(members.isCurrent(B, 1)).isFalse();
        assertThat(members.snapshots()).isEmpty();
        assertThat(members.allAnswered()).isFalse();
    }

    @Test
    @DisplayName("L-9: a second answer replaces the first; when the state is built it is noted and not kept")
    void theLatestAnswerWins() {
        join(A, B);
        members.answered(A, answer(1), true);

        assertThat(members.answered(A, answer(2), true)).isFalse();
        assertThat(members.snapshots().get(A)).isEqualTo(answer(2));
        assertThat(members.isCurrent(A, 1)).isFalse();
        assertThat(members.isCurrent(A, 2)).isTrue();
        assertThat(members.allAnswered()).isFalse();

        members.dropSnapshots();
        assertThat(members.answered(A, answer(3), false)).isFalse();
        assertThat(members.snapshots()).isEmpty();
        assertThat(members.isCurrent(A, 3)).isTrue();
    }

    @Test
    @DisplayName("L-52: a node that joins later is asked alone, and is no target before it has answered")
    void aNewNodeIsAskedAlone() {
        join(A);
        members.dueForRequest(0, 500);
        members.answered(A, answer(1), true);

        join(A, C);

        assertThat(members.dueForRequest(10, 500)).containsExactly(C);
        assertThat(members.isAlive(C)).isTrue();
        assertThat(members.isReady(C)).isFalse();
        assertThat(members.isReady(A)).isTrue();
        assertThat(members.allAnswered()).isFalse();
    }

    @Test
    void whoLeavesIsForgottenAndDoesNotHoldBootstrapUp() {
        join(A, B);
        members.answered(A, answer(1), true);

        members.note(Membership.of(++version, List.of(A)));
        assertThat(members.isAlive(B)).isTrue();
        assertThat(members.latest()).containsExactly(A);
        assertThat(members.adopt()).containsExactly(B);

        assertThat(members.allAnswered()).isTrue();
        assertThat(members.alive()).containsExactly(A);
    }

    @Test
    void anOlderMembershipIsIgnored() {
        join(A, B);

        assertThat(members.note(Membership.of(version, List.of(A)))).isFalse();
        assertThat(members.adopt()).isEmpty();

        assertThat(members.alive()).containsExactly(A, B);
    }

    @Test
    void noNodesHaveNotAllAnswered() {
        assertThat(members.allAnswered()).isFalse();
        assertThat(members.dueForRequest(0, 500)).isEmpty();
    }

    @Test
    void theAuditSeesAWrongCountOfTheUnanswered() {
        assertThat(members.audit()).isEmpty();
        members.unanswered++;
        assertThat(members.audit()).hasSize(1);
    }
}
