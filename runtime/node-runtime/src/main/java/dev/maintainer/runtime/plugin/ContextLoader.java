package dev.maintainer.runtime.plugin;

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

    /** The same provider, every call of which, and of its planners, runs so; those that are made at start in time. */
    static SchedulerProvider around(SchedulerProvider provider, Deadline deadline) {
        return new Provider(provider, provider.getClass().getClassLoader(), deadline);
    }

    private record Provider(SchedulerProvider provider, ClassLoader loader, Deadline deadline)
            implements SchedulerProvider {
        @Override
        public SchedulerDescriptor descriptor() {
            return inTime("descriptor()", provider::descriptor);
        }

        private <T> T inTime(String method, Supplier<T> code) {
            String what = method + " of " + provider.getClass().getName();
            return call(loader, () -> deadline.call(what, code));
        }

        @Override
        @SuppressWarnings("NullAway") // plug-ins need not be null-checked
        public Scheduler create(SortedMap<String, String> configuration) {
            Scheduler scheduler = inTime("create()", () -> provider.create(configuration));
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
