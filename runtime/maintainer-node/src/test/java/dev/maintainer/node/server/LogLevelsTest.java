package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
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

    @Test
    @DisplayName("a host of ZooKeeper that nobody knows is one line, not a stack trace for each attempt to connect")
    void unknownHost() throws Exception {
        PrintStream err = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            LoggerContext context = new LoggerContext();
            context.setMDCAdapter(new LogbackMDCAdapter());
            JoranConfigurator configuration = new JoranConfigurator();
            configuration.setContext(context);
            configuration.doConfigure(LogLevels.class.getResource("/logback.xml"));
            context.getLogger("org.apache.zookeeper.client.StaticHostProvider")
                    .error("Unable to resolve address", new UnknownHostException("zk1"));
        } finally {
            System.setErr(err);
        }
        assertThat(written.toString(StandardCharsets.UTF_8))
                .endsWith("StaticHostProvider - Unable to resolve address\n")
                .hasLineCount(1);
    }
}
