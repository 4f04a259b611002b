package dev.maintainer.process.evidence;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks that find nothing in a hundred runs must be able to find something. */
class ChecksTest {
    private static String renewing(long at, String node, long deadline, long lastWrite) {
        return "{\"nanoTime\":%d,\"node\":\"%s\",\"event\":\"renewing\",\"deadline\":%d,\"lastWrite\":%d}"
                .formatted(at, node, deadline, lastWrite);
    }

    private static String removed(long at, String member, long sent) {
        return "{\"nanoTime\":%d,\"node\":\"a.1\",\"event\":\"removed\",\"members\":\"[%s]\",\"sent\":%d}"
                .formatted(at, member, sent);
    }

    private static Events events(String... lines) throws IOException {
        return Events.parse(List.of(lines));
    }

    @Test
    @DisplayName("C5 finds a write that was allowed when the lease was over, before a renewal and before an end")
    void lateWrites() throws IOException {
        Events late = events(renewing(100, "b.1", 200, 0), renewing(250, "b.1", 350, 210));
        Events last = events(
                renewing(100, "b.1", 200, 0),
                "{\"nanoTime\":300,\"node\":\"b.1\",\"event\":\"lost\",\"lastWrite\":201}");
        Events inTime = events(renewing(100, "b.1", 200, 0), renewing(250, "b.1", 350, 199));

        assertThatThrownBy(() -> Checks.leasesHeld(late)).hasMessageContaining("C5");
        assertThatThrownBy(() -> Checks.leasesHeld(last)).hasMessageContaining("C5");
        assertThatCode(() -> Checks.leasesHeld(inTime)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("C5 finds a removal before a deadline, and lets those go that have left or are known to be dead")
    void earlyRemovals() throws IOException {
        String lease = renewing(100, "b.1", 200, 0);
        Events early = events(lease, removed(190, "b.1", 180));
        Events later = events(lease, removed(210, "b.1", 205));
        Events left = events(
                lease,
                removed(190, "b.1", 180),
                "{\"nanoTime\":170,\"node\":\"b.1\",\"event\":\"stopped\",\"registration\":\"LEFT\"}");
        Events startedAgain = events(
                lease,
                removed(190, "b.1", 180),
                "{\"nanoTime\":150,\"node\":\"b.2\",\"event\":\"starting\",\"predecessor\":\"b.1\"}");

        assertThatThrownBy(() -> Checks.leasesHeld(early)).hasMessageContaining("b.1");
        assertThatCode(() -> Checks.leasesHeld(later)).doesNotThrowAnyException();
        assertThatCode(() -> Checks.leasesHeld(left)).doesNotThrowAnyException();
        assertThatCode(() -> Checks.leasesHeld(startedAgain)).doesNotThrowAnyException();
    }

    private static Watch.Sample sample(long leaderEpoch, long epoch, long checkpointTs) {
        return new Watch.Sample(0, "b.1", epoch, leaderEpoch, checkpointTs, Duration.ZERO);
    }

    @Test
    @DisplayName("C3 finds a checkpoint that has fallen while the leader or the owner who knew it was there")
    void fallenCheckpoints() {
        assertThatThrownBy(() -> Checks.checkpointsNeverFall(List.of(sample(1, 1, 10), sample(1, 2, 9))))
                .hasMessageContaining("C3");
        assertThatThrownBy(() -> Checks.checkpointsNeverFall(List.of(sample(1, 1, 10), sample(2, 1, 9))))
                .hasMessageContaining("C3");
        assertThatCode(() -> Checks.checkpointsNeverFall(List.of(sample(1, 1, 10), sample(2, 2, 9))))
                .doesNotThrowAnyException();
    }
}
