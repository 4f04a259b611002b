package dev.maintainer.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Nothing is lost, nobody writes twice, nothing is said after quiesce, and all settles when the faults end.
 * {@code -Dmaintainer.chaos.seeds=N -Dmaintainer.chaos.from=S} searches further.
 */
class FaultyWorldTest {
    private static final int SEEDS = Integer.getInteger("maintainer.chaos.seeds", 150);
    private static final int FROM = Integer.getInteger("maintainer.chaos.from", 1);
    private static final long END_TS = 6_000;

    @Test
    @DisplayName(
            "S17, S18, S26-S28, S36-S38, L1, L4: handoffs, deaths, joins, lost and late messages, coordinator crashes")
    void everySeedEndsWell() {
        List<String> failures = new ArrayList<>();
        int handoffs = 0;
        for (int seed = FROM; seed < FROM + SEEDS && failures.size() < 3; seed++) {
            FaultyWorld world = new FaultyWorld(seed, END_TS);
            try {
                world.run();
            } catch (AssertionError | RuntimeException failure) {
                failures.add("seed " + seed + ": " + failure + "\n  " + String.join("\n  ", world.story()) + "\n  at "
                        + failure.getStackTrace()[0]);
            }
            handoffs += world.handoffs();
        }
        System.out.printf("%d seeds from %d, %d handoffs asked for%n", SEEDS, FROM, handoffs);
        assertThat(failures).as(String.join("\n", failures)).isEmpty();
    }
}
