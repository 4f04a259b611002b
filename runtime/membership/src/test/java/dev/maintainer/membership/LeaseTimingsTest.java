package dev.maintainer.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseTimingsTest {
    @ParameterizedTest(name = "session {0}, renew {1}, lease {2}, grace {3}, late write {4}")
    @DisplayName("Durations with which a removed node could still write, or a healthy one loses its lease, are refused")
    @CsvSource({
        "10000, 1000, 4000, 4579, 0, lease.grace must be at least 4580 ms",
        "10000, 1000, 4000, 5000, 500, lease.grace must be at least 5080 ms",
        "10000, 1400, 4000, 5000, 0, lease.renew must be a third of lease.lease",
        "10000, 0, 4000, 5000, 0, lease.renew must be above 0",
        "4000, 1000, 4000, 5000, 0, lease.session must be above lease.lease"
    })
    void unsafe(long session, long renew, long lease, long grace, long lateWrite, String rule) {
        assertThatThrownBy(() -> new LeaseTimings(
                        Duration.ofMillis(session),
                        Duration.ofMillis(renew),
                        Duration.ofMillis(lease),
                        Duration.ofMillis(grace),
                        Duration.ofMillis(lateWrite)))
                .isInstanceOfSatisfying(
                        MaintainerException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageStartingWith(rule);
    }

    @Test
    @DisplayName("The shortest grace is the lease, two wrong clocks and a margin")
    void shortest() {
        assertThat(new LeaseTimings(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(4),
                                Duration.ofMillis(4_580),
                                Duration.ZERO)
                        .grace())
                .isEqualTo(Duration.ofMillis(4_580));
    }
}
