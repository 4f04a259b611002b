package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.MaintainerException;
import java.util.SortedMap;

/**
 * Found by {@link java.util.ServiceLoader}. A plug-in lists its provider both in {@code META-INF/services} and, if it
 * is a module, with {@code provides} in its {@code module-info}.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public interface SchedulerProvider {
    /** {@return the descriptor of the scheduler} Cheap, no I/O, the same answer every time. */
    SchedulerDescriptor descriptor();

    /**
     * Creates a planner. This is the only place that may refuse a configuration. The host has already refused keys that
     * the descriptor does not declare.
     *
     * @param configuration the keys below {@code scheduler.<name>.}, without that prefix
     * @return a new planner; two calls with one configuration give planners that plan alike
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a value cannot be used
     */
    Scheduler create(SortedMap<String, String> configuration) throws MaintainerException;
}
