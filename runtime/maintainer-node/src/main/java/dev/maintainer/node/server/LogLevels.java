package dev.maintainer.node.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What is logged. What is said replaces what was said before; a logger of which nothing is said any more has the level with which the
 * process began. Where SLF4J is bound to another library, as in the program of somebody else, nothing is changed.
 */
final class LogLevels {
    private final Map<String, @Nullable Level> before = new HashMap<>();

    /**
     * From now on these count.
     *
     * @param levels by logger; the empty name stands for all others
     */
    synchronized void set(SortedMap<String, String> levels) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        before.forEach((name, level) -> {
            if (!levels.containsKey(name)) {
                logger(context, name).setLevel(level);
            }
        });
        before.keySet().retainAll(levels.keySet());
        levels.forEach((name, level) -> {
            Logger logger = logger(context, name);
            if (!before.containsKey(name)) {
                before.put(name, logger.getLevel());
            }
            logger.setLevel(Level.valueOf(level));
        });
    }

    private static Logger logger(LoggerContext context, String name) {
        return context.getLogger(name.isEmpty() ? Logger.ROOT_LOGGER_NAME : name);
    }
}
