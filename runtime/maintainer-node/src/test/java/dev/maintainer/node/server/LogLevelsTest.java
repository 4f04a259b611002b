package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogLevelsTest {
    private static final Logger LOGGER = LoggerFactory.getLogger("dev.maintainer.of.this.test");

    private final LogLevels levels = new LogLevels();

    @AfterEach
    void reset() {
        levels.set(Collections.emptySortedMap());
    }

    @Test
    @DisplayName("a level counts at once, and when nothing is said of a logger any more it logs what it did before")
    void levels() {
        assertThat(LOGGER.isDebugEnabled()).isFalse();
        levels.set(new TreeMap<>(Map.of(LOGGER.getName(), "DEBUG")));
        assertThat(LOGGER.isDebugEnabled()).isTrue();
        levels.set(new TreeMap<>(Map.of(LOGGER.getName(), "OFF")));
        assertThat(LOGGER.isErrorEnabled()).isFalse();
        levels.set(Collections.emptySortedMap());
        assertThat(LOGGER.isDebugEnabled()).isFalse();
        assertThat(LOGGER.isWarnEnabled()).isTrue();
    }
}
