package dev.maintainer.connector.postgres.world;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Worlds in which nothing is planted. {@code -Dmaintainer.world.worlds=5000} runs more of them, {@code -Dmaintainer.world.seed=77}
 * begins with another one; of a world in which a law is broken the story is told.
 */
class WorldTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.maintainer");
    private static final int WORLDS = Integer.getInteger("maintainer.world.worlds", 150);
    private static final long FIRST = Long.getLong("maintainer.world.seed", 1);
    private static final int MOST_TOLD = 3;

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOG.setLevel(null);
    }

    @Test
    @DisplayName("Whatever fails on the way, in the end the sink has what the source has, and no law is broken before")
    void worlds() {
        run(FIRST, WORLDS);
    }

    @Test
    @DisplayName("So it is where nobody notes DDLs, and the process sees them by itself")
    void detecting() {
        run(World.DETECTING + FIRST, WORLDS / 3);
    }

    @Test
    @DisplayName("So it is where the process marks sync points, and at each of them the sink has what the source had")
    void syncing() {
        run(World.SYNCING + FIRST, WORLDS / 3);
    }

    @Test
    @DisplayName(
            "So it is where the sink keeps all changes, as files do, and what they amount to is found by those who read them")
    void logging() {
        run(World.LOGGING + FIRST, WORLDS / 3);
    }

    @Test
    @DisplayName("So it is where rows get other keys")
    void moving() {
        run(World.MOVING + FIRST, WORLDS / 3);
    }

    @Test
    @DisplayName("So it is where several spans are written together")
    void joining() {
        run(World.JOINING + FIRST, WORLDS / 3);
    }

    private static void run(long first, int worlds) {
        List<String> broken = new ArrayList<>();
        for (long seed = first; seed < first + worlds; seed++) {
            WorldRun run = WorldRun.of(seed);
            Violated violated = run.violated();
            if (violated != null) {
                broken.add("seed " + seed + ": " + violated.getMessage());
                if (broken.size() <= MOST_TOLD) {
                    run.story().forEach(System.out::println);
                    violated.printStackTrace(System.out);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    @DisplayName("A seed is a world: the same things happen in it each time")
    void deterministic() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(WorldRun.of(seed).story()).isEqualTo(WorldRun.of(seed).story());
        }
    }
}
