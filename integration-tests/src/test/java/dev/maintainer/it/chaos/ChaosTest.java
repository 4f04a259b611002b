package dev.maintainer.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Worlds full of faults. {@code -Dmaintainer.chaos.seeds=N -Dmaintainer.chaos.from=S} runs other seeds, {@code
 * -Dmaintainer.chaos.story=K} tells the last K events of a failure, {@code -Dmaintainer.chaos.kind=TEXT} only of those
 * that say so.
 */
class ChaosTest {
    private static final int SEEDS = Integer.getInteger("maintainer.chaos.seeds", 300);
    private static final String KIND = System.getProperty("maintainer.chaos.kind", "");
    private static final long FROM = Long.getLong("maintainer.chaos.from", 1);
    private static final int STORY = Integer.getInteger("maintainer.chaos.story", 60);
    private static final int FAILURES_SHOWN = 5;
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.maintainer");

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @Test
    @DisplayName("whatever happens: no stale action, no broken promise, and order returns with peace")
    void whateverHappens() {
        List<String> failures = new ArrayList<>();
        TreeMap<String, Integer> kinds = new TreeMap<>();
        long slowest = 0;
        long handoffs = 0;
        long zombieWrites = 0;
        long heldWrites = 0;
        long unheardOf = 0;
        double loudest = 0;
        for (long seed = FROM; seed < FROM + SEEDS; seed++) {
            ChaosRun run = new ChaosRun(seed, false);
            String failure = failure(run);
            if (failure != null) {
                kinds.merge(kind(failure), 1, Integer::sum);
                if (failures.size() < FAILURES_SHOWN && failure.contains(KIND)) {
                    failures.add(story(seed));
                }
            }
            slowest = Math.max(slowest, run.settledAfter());
            loudest = Math.max(loudest, run.messagesPerSecond());
            handoffs += run.cluster().watch().handoffs();
            zombieWrites += run.cluster().downstream().writesOfZombies();
            unheardOf += run.cluster().downstream().writesOfUnheardOf();
            heldWrites += run.cluster().downstream().heldWrites();
        }
        System.out.printf(
                "chaos: seeds %d to %d, %d handoffs, settled after %d ms at most, %.0f messages per second at rest at"
                        + " most, %d writes beside a zombie, %d beside a node that the owner had not heard of, %d writes held by the fence; failures %s%n",
                FROM, FROM + SEEDS - 1, handoffs, slowest, loudest, zombieWrites, unheardOf, heldWrites, kinds);
        assertThat(failures).isEmpty();
        assertThat(handoffs).as("handoffs in %d seeds", SEEDS).isPositive();
    }

    private static @Nullable String failure(ChaosRun run) {
        try {
            run.run();
            return null;
        } catch (AssertionError | RuntimeException e) {
            return String.valueOf(e.getMessage() == null ? e : e.getMessage());
        }
    }

    private static String kind(String failure) {
        String words = failure.replaceAll("[0-9a-f]*[0-9][0-9a-f-]*", "#");
        return words.substring(0, Math.min(words.length(), 60));
    }

    /** The same world once more, this time with somebody who remembers. */
    private static String story(long seed) {
        ChaosRun run = new ChaosRun(seed, true);
        try {
            run.run();
            return "seed " + seed + " fails only sometimes: something is not deterministic";
        } catch (AssertionError | RuntimeException e) {
            StringBuilder story = new StringBuilder("\n==== seed " + seed + ": " + e + "\n");
            if (!(e instanceof AssertionError)) {
                story.append(e.getStackTrace()[0])
                        .append('\n')
                        .append(e.getStackTrace()[1])
                        .append('\n');
            }
            List<String> events = run.timeline().story();
            events.subList(Math.max(0, events.size() - STORY), events.size())
                    .forEach(event -> story.append(event).append('\n'));
            return story.toString();
        }
    }
}
