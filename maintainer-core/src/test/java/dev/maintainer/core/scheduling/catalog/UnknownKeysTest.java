package dev.maintainer.core.scheduling.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnknownKeysTest {
    @Test
    void allUnknownKeysAreNamedAtOnce() {
        SchedulerDescriptor scheduler =
                SchedulerDescriptor.named("spread").accepts("max-skew", "").accepts("batch-size", "");

        assertThat(UnknownKeys.complaint(scheduler, Set.of("max-skw", "colour", "batch-size")))
                .contains("scheduler 'spread' has no key 'colour'; no key 'max-skw', did you mean 'max-skew'?"
                        + " (its keys are: batch-size, max-skew)");
        assertThat(UnknownKeys.complaint(SchedulerDescriptor.named("bare"), Set.of("a")))
                .contains("scheduler 'bare' has no key 'a' (it has none)");
        assertThat(UnknownKeys.complaint(scheduler, Set.of("max-skew"))).isEmpty();
    }

    @Test
    void aKeyMayFitAPattern() {
        SchedulerDescriptor scheduler = SchedulerDescriptor.named("pinned")
                .accepts("pin.<schema>.<table>", "")
                .accepts("max-skew", "");

        assertThat(UnknownKeys.complaint(scheduler, Set.of("pin.sales.orders", "pin.sales.eu.orders", "max-skew")))
                .isEmpty();
        assertThat(UnknownKeys.complaint(scheduler, Set.of("pni.sales.orders")))
                .hasValueSatisfying(said ->
                        assertThat(said).contains("no key 'pni.sales.orders', did you mean 'pin.<schema>.<table>'?"));
        assertThat(UnknownKeys.complaint(scheduler, Set.of("pin.sales")))
                .hasValueSatisfying(said -> assertThat(said).contains("did you mean 'pin.<schema>.<table>'?"));
        assertThat(UnknownKeys.complaint(scheduler, Set.of("max-skw")))
                .hasValueSatisfying(said -> assertThat(said).contains("did you mean 'max-skew'?"));
        assertThat(UnknownKeys.complaint(scheduler, Set.of("x".repeat(5_000))).orElseThrow())
                .hasSizeLessThan(300);
    }
}
