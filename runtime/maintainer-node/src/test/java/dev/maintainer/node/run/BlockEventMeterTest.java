package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.node.run.BlockEventReport.Times;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlockEventMeterTest {
    private final BlockEventMeter meter = new BlockEventMeter();

    private static BlockKey sync(long ts) {
        return new BlockKey(ts, BlockKind.SYNC_POINT);
    }

    /** The first waits at {@code begun}; it is executed after {@code waited} and over after {@code took}. */
    private void event(BlockKey key, long begun, long waited, long took) {
        meter.advanced(key, BarrierPhase.COLLECTING, begun);
        meter.advanced(key, BarrierPhase.WRITING, begun + waited / 2);
        meter.advanced(key, BarrierPhase.PASSING, begun + waited);
        meter.advanced(key, BarrierPhase.DONE, begun + took);
    }

    @Test
    @DisplayName("events by kind, and how long rows waited and the whole took: half and 99 of a hundred no longer")
    void times() {
        for (int i = 1; i <= 100; i++) {
            event(sync(1_000 + i), 5_000, i, i + 200);
        }
        event(new BlockKey(2_000, BlockKind.DDL), 5_000, 900, 950);

        assertThat(meter.report()).isEqualTo(new BlockEventReport(1, 100, new Times(51, 100), new Times(251, 300)));
        assertThat(meter.report().line())
                .isEqualTo("block events: 1 DDLs, 100 sync points; rows waited median 51 ms, 99% within 100 ms;"
                        + " until all had gone on median 251 ms, 99% within 300 ms");
        assertThat(meter.report().toJson())
                .hasToString("{\"ddls\":1,\"syncPoints\":100,\"waitedMillis\":{\"median\":51,\"p99\":100},"
                        + "\"tookMillis\":{\"median\":251,\"p99\":300}}");
    }

    @Test
    @DisplayName(
            "an event that outlives its owner, or its writer, goes on: it is counted once, from the first that waited")
    void outlivesItsOwner() {
        meter.advanced(sync(10), BarrierPhase.COLLECTING, 1_000);
        meter.advanced(sync(10), BarrierPhase.WRITING, 1_010);
        meter.advanced(sync(10), BarrierPhase.COLLECTING, 1_020);
        meter.advanced(sync(10), BarrierPhase.PASSING, 1_030);
        meter.advanced(sync(10), BarrierPhase.COLLECTING, 1_040);
        meter.advanced(sync(10), BarrierPhase.PASSING, 1_050);
        meter.advanced(sync(10), BarrierPhase.DONE, 1_060);
        event(sync(10), 2_000, 500, 700);

        assertThat(meter.report()).isEqualTo(new BlockEventReport(0, 1, new Times(30, 30), new Times(60, 60)));
    }

    @Test
    @DisplayName("an event that is given up, as nobody waits any more, is none; and without events there is no report")
    void none() {
        meter.advanced(sync(10), BarrierPhase.COLLECTING, 1_000);

        assertThat(meter.report().isNone()).isTrue();
        assertThat(meter.report().waited()).isEqualTo(new Times(0, 0));
    }

    @Test
    @DisplayName("of more events at once than are followed, the earliest are left out; long times are rounded")
    void bounded() {
        for (int i = 0; i < BlockEventMeter.MOST_OPEN + 3; i++) {
            meter.advanced(sync(10 + i), BarrierPhase.COLLECTING, 1_000);
        }
        for (int i = 0; i < BlockEventMeter.MOST_OPEN + 3; i++) {
            meter.advanced(sync(10 + i), BarrierPhase.PASSING, 1_000 + 12_345);
        }

        assertThat(meter.report().syncPoints()).isEqualTo(BlockEventMeter.MOST_OPEN);
        assertThat(meter.report().waited()).isEqualTo(new Times(12_300, 12_300));
    }
}
