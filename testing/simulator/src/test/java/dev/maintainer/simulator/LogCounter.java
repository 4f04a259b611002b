package dev.maintainer.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/** Counts the log lines of each thread instead of writing them. */
final class LogCounter extends AppenderBase<ILoggingEvent> implements LongSupplier, AutoCloseable {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.maintainer");

    private final ThreadLocal<long[]> lines = ThreadLocal.withInitial(() -> new long[1]);

    LogCounter() {
        LOG.setLevel(Level.INFO);
        LOG.setAdditive(false);
        setContext(LOG.getLoggerContext());
        start();
        LOG.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.get()[0]++;
    }

    @Override
    public long getAsLong() {
        return lines.get()[0];
    }

    @Override
    public void close() {
        LOG.detachAppender(this);
        LOG.setAdditive(true);
        LOG.setLevel(null);
    }
}
