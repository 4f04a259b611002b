package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LagMeterTest {
    private final LagMeter meter = new LagMeter();

    @Test
    @DisplayName("a commit lags until the checkpoint is at it or above; one that is never covered does not count")
    void lags() {
        meter.committed(10, 1_000);
        meter.committed(20, 1_010);
        meter.committed(30, 1_020);
        meter.reached(9, 1_030);
        meter.reached(20, 1_050);
        meter.reached(20, 9_000);

        assertThat(meter.report()).isEqualTo(new LagReport(40, 50, 50));
    }

    @Test
    @DisplayName("of a hundred and one, the longest but one is what 99 percent do not exceed")
    void percentiles() {
        for (int i = 0; i <= 100; i++) {
            meter.committed(i, 0);
            meter.reached(i, i);
        }
        assertThat(meter.report()).isEqualTo(new LagReport(50, 99, 100));
    }

    @Test
    @DisplayName("without commits there is no lag")
    void nothing() {
        assertThat(meter.report()).isEqualTo(new LagReport(0, 0, 0));
    }
}
