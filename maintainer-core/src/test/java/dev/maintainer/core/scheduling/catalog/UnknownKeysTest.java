package dev.maintainer.core.scheduling.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownKeysTest {
    private static final Set<String> KNOWN = Set.of("batch-size", "max-skew", "load-factor-percent", "n");

    @ParameterizedTest
    @CsvSource({
        "bach-size,batch-size",
        "batchsize,batch-size",
        "max-skwe,max-skew",
        "skew,none",
        "load-factor,none",
        "load-factor-perc,load-factor-percent",
        "factor-percent,load-factor-percent",
        "m,none",
        "colour,none",
        "'',none"
    })
    void theNearestKeyIsTheOneThatWasMeant(String given, String meant) {
        assertThat(UnknownKeys.nearest(given, new TreeSet<>(KNOWN)).orElse("none"))
                .isEqualTo(meant);
    }

    @Test
    void ofSeveralThatAreEquallyNearNoneIsTaken() {
        assertThat(UnknownKeys.nearest("key-c", new TreeSet<>(Set.of("key-b", "key-a"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "'',abc,3", "abc,'',3", "same,same,0", "ab,ba,1", "abcd,badc,2"})
    void distances(String from, String to, int changes) {
        assertThat(UnknownKeys.distance(from, to)).isEqualTo(changes);
    }

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
