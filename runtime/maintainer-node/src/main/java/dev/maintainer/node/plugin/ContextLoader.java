package dev.maintainer.node.plugin;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import java.util.SortedMap;
import java.util.function.Supplier;

/** Runs code of plug-ins with their own class loader as the thread's context class loader. */
final class ContextLoader {
    private ContextLoader() {}

    static <T> T call(ClassLoader loader, Supplier<T> code) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return code.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** The same provider, every call of which, and of its planners, runs so. */
    static SchedulerProvider around(SchedulerProvider provider) {
        return new Provider(provider, provider.getClass().getClassLoader());
    }

    private record Provider(SchedulerProvider provider, ClassLoader loader) implements SchedulerProvider {
        @Override
        public SchedulerDescriptor descriptor() {
            return call(loader, provider::descriptor);
        }

        @Override
        @SuppressWarnings("NullAway") // plug-ins need not be null-checked
        public Scheduler create(SortedMap<String, String> configuration) {
            Scheduler scheduler = call(loader, () -> provider.create(configuration));
            return scheduler == null ? null : new Planner(scheduler, loader);
        }
    }

    private record Planner(Scheduler scheduler, ClassLoader loader) implements Scheduler {
        @Override
        public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
            return call(loader, () -> scheduler.plan(snapshot, budget));
        }
    }
}
