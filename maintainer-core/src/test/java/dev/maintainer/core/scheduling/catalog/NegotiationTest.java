package dev.maintainer.core.scheduling.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the table, with levels that do not exist yet. */
class NegotiationTest {
    private static final SnapshotFeature LABELS = SnapshotFeature.NODE_LABELS;

    /** A scheduler, a host, and what comes of it: a level, or the parts of a refusal. */
    record Row(String what, SchedulerDescriptor scheduler, HostOffer host, int level, List<String> message) {
        Row(String what, SchedulerDescriptor scheduler, HostOffer host, int level) {
            this(what, scheduler, host, level, List.of());
        }

        Row(String what, SchedulerDescriptor scheduler, HostOffer host, String... message) {
            this(what, scheduler, host, 0, List.of(message));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static SchedulerDescriptor built(int level) {
        return SchedulerDescriptor.named("spread").builtFor(SpiLevel.of(level));
    }

    private static HostOffer host(int oldest, int newest) {
        return HostOffer.of(SpiLevel.of(oldest), SpiLevel.of(newest), List.of(LABELS), List.of());
    }

    private static HostOffer host(List<SnapshotFeature> features, List<Trait> safety) {
        return HostOffer.of(SpiLevel.of(2), SpiLevel.of(4), features, safety);
    }

    static Stream<Row> table() {
        return Stream.of(
                new Row(
                        "built for a level below the oldest",
                        built(1),
                        host(2, 4),
                        "built for level 1",
                        "supports 2 to 4",
                        "rebuild it"),
                new Row("built for the oldest", built(2), host(2, 4), 2),
                new Row("built for one between", built(3), host(2, 4), 3),
                new Row("built for the newest", built(4), host(2, 4), 4),
                new Row(
                        "built for a level above the newest",
                        built(5),
                        host(2, 4),
                        "built for level 5",
                        "supports 2 to 4",
                        "newer maintainer"),
                new Row("a host of one level, met", built(7), host(7, 7), 7),
                new Row("a host of one level, missed", built(8), host(7, 7), "supports level 7;"),
                new Row("needs what there is", built(2).needs(LABELS), host(List.of(LABELS), List.of()), 2),
                new Row(
                        "needs what there is not",
                        built(2).needs(LABELS),
                        host(List.of(), List.of()),
                        "needs [NODE_LABELS]",
                        "does not have"),
                new Row(
                        "needs what came later",
                        built(1).needs(LABELS),
                        host(1, 2),
                        "built for level 1 and needs NODE_LABELS",
                        "build it for level 2"),
                new Row(
                        "has the traits that the host relies on",
                        built(2).with(Trait.BALANCES, Trait.DRAINS),
                        host(List.of(), List.of(Trait.DRAINS)),
                        2),
                new Row(
                        "lacks a trait that the host relies on",
                        built(2).with(Trait.BALANCES),
                        host(List.of(), List.of(Trait.DRAINS)),
                        "does not claim [DRAINS]",
                        "relies on"),
                new Row(
                        "lacks several things",
                        built(2).needs(LABELS),
                        host(List.of(), List.of(Trait.DRAINS, Trait.BALANCES)),
                        "needs [NODE_LABELS]",
                        "it also does not claim [BALANCES, DRAINS]"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void outcome(Row row) {
        Negotiation outcome = Negotiation.of(row.scheduler(), row.host());

        if (row.message().isEmpty()) {
            assertThat(outcome).isEqualTo(new Negotiation.Accepted(SpiLevel.of(row.level())));
        } else {
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Negotiation.Refused.class,
                            refused -> assertThat(refused.message()).contains(row.message()));
        }
    }

    @Test
    void ourOfferIsTheWholeContractOfThisReleaseAndAsksForNothing() {
        assertThat(HostOffer.OURS.oldest()).isEqualTo(SpiLevel.of(1));
        assertThat(HostOffer.OURS.newest()).isEqualTo(SpiLevel.of(4));
        assertThat(HostOffer.OURS.features()).containsExactly(SnapshotFeature.values());
        assertThat(HostOffer.OURS.safety()).isEmpty();
    }

    @Test
    void aPatternOfKeysNeedsLevelFour() {
        SchedulerDescriptor early = built(3).accepts("pin.<schema>.<table>", "where a table belongs");

        assertThat(Negotiation.of(early, HostOffer.OURS))
                .isInstanceOfSatisfying(
                        Negotiation.Refused.class,
                        refused -> assertThat(refused.message()).contains("'pin.<schema>.<table>'", "level 4"));
        assertThat(Negotiation.of(early.builtFor(SpiLevel.of(4)), HostOffer.OURS))
                .isInstanceOf(Negotiation.Accepted.class);
    }

    @Test
    void anOfferOfNoLevelIsNone() {
        assertThatThrownBy(() -> host(3, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
