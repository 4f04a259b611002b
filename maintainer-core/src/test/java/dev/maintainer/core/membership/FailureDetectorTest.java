package dev.maintainer.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureDetectorTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final SortedSet<NodeId> BOTH = new TreeSet<>(List.of(A, B));

    private final FailureDetector failureDetector = new FailureDetector(1_000);

    /** Looks every 100 ms, as ticks do; returns whether somebody has become suspect. */
    private boolean check(long from, long to) {
        boolean more = false;
        for (long now = from; now <= to; now += 100) {
            more |= failureDetector.check(BOTH, BOTH, now);
        }
        return more;
    }

    @Test
    @DisplayName("who was never heard is given as much time as who was heard when he came")
    void newMembers() {
        assertThat(check(5_000, 6_000)).isFalse();
        assertThat(check(6_100, 6_100)).isTrue();
        assertThat(failureDetector.suspects()).containsExactly(A, B);
        assertThat(failureDetector.silentMillis(6_200)).containsEntry(A, 1_200L);
    }

    @Test
    @DisplayName("who is heard is no suspect any more, and says so once")
    void heard() {
        check(0, 2_000);
        assertThat(failureDetector.heard(A, 2_050)).isTrue();
        assertThat(failureDetector.heard(A, 2_060)).isFalse();
        assertThat(failureDetector.suspects()).containsExactly(B);
    }

    @Test
    @DisplayName("a pause of the one who listens is nobody's silence")
    void pause() {
        check(0, 500);
        assertThat(failureDetector.check(BOTH, BOTH, 60_000)).isFalse();
        assertThat(check(60_100, 60_500)).isFalse();
        assertThat(check(60_600, 60_600)).isTrue();
    }

    @Test
    @DisplayName("who has left is forgotten, and begins anew when he comes back")
    void left() {
        check(0, 2_000);
        failureDetector.check(new TreeSet<>(List.of(B)), new TreeSet<>(List.of(B)), 2_100);
        assertThat(failureDetector.suspects()).containsExactly(B);
        assertThat(check(2_200, 3_200)).isFalse();
        assertThat(failureDetector.isSuspect(A)).isFalse();
    }
}
