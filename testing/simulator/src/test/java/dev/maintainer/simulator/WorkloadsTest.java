package dev.maintainer.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.search.Search;
import dev.maintainer.simulator.search.Shrinker;
import dev.maintainer.simulator.search.Story;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Worlds of each workload. {@code -Dmaintainer.simulation.seeds=N -Dmaintainer.simulation.from=S} runs other seeds,
 * {@code -Dmaintainer.simulation.story=K} tells the last K events of a failure.
 */
class WorkloadsTest {
    private static final int SEEDS = Integer.getInteger("maintainer.simulation.seeds", 20);
    /** Worlds of product and model differ in few things. */
    private static final int LOGS_OF = 10;

    private static final long FROM = Long.getLong("maintainer.simulation.from", 1);
    private static final int STORY = Integer.getInteger("maintainer.simulation.story", 60);
    private static final LogCounter LOG = new LogCounter();

    @AfterAll
    static void speakAgain() {
        LOG.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMBERSHIP")
    @DisplayName("the same if the dispatchers of the product read logs")
    void readingLogs(Workload workload) throws InterruptedException {
        whateverHappens(
                workload,
                SEEDS / LOGS_OF,
                seed -> SimulationSpec.of(workload, seed).withLogs(true));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("whatever happens: no stale action, no broken promise, and order returns with peace")
    void whateverHappens(Workload workload) throws InterruptedException {
        whateverHappens(workload, SEEDS, seed -> SimulationSpec.of(workload, seed));
    }

    private static void whateverHappens(Workload workload, int seeds, LongFunction<SimulationSpec> worlds)
            throws InterruptedException {
        long began = System.nanoTime();
        TreeMap<String, Integer> kinds = new TreeMap<>();
        Search.Found found = new Search(2, Integer.MAX_VALUE, LOG).run(FROM, seeds, worlds, outcome -> {
            if (outcome.violation() != null) {
                kinds.merge(outcome.violation().kind(), 1, Integer::sum);
            }
        });
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%s: seeds %d to %d in %.1f s, %.0f virtual s/s, %.1f handoffs/s: %s; failures %s%n",
                workload,
                FROM,
                FROM + seeds - 1,
                seconds,
                found.statistics().virtualMillis() / 1000.0 / seconds,
                found.statistics().handoffs() / seconds,
                found.statistics(),
                kinds);
        if (!found.violations().isEmpty()) {
            Outcome smallest = new Shrinker(2_000).shrink(found.violations().get(0));
            Story.of(smallest, STORY).forEach(System.out::println);
        }
        assertThat(found.statistics().worlds()).isEqualTo(seeds);
        assertThat(found.violations()).extracting(Outcome::violation).isEmpty();
    }
}
