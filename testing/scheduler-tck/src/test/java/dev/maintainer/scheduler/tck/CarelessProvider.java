package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/** Provides a good planner, with a fault of its own in what it says about itself. */
public class CarelessProvider implements SchedulerProvider {
    private final UnaryOperator<SchedulerDescriptor> fault;

    private CarelessProvider(UnaryOperator<SchedulerDescriptor> fault) {
        this.fault = fault;
    }

    @Override
    public SchedulerDescriptor descriptor() {
        return fault.apply(SchedulerDescriptor.named("careless")
                .builtFor(SpiLevel.CURRENT)
                .describedAs("good but for one thing")
                .with(Trait.values()));
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return Fault.NONE.planner();
    }

    /** Declares a key that it never reads. */
    public static final class UnreadKey extends CarelessProvider {
        /** For {@link java.util.ServiceLoader}. */
        public UnreadKey() {
            super(descriptor -> descriptor.accepts("speed", "nothing"));
        }
    }

    /** Reads a key that it does not declare. */
    public static final class UndeclaredKey extends CarelessProvider {
        /** For {@link java.util.ServiceLoader}. */
        public UndeclaredKey() {
            super(UnaryOperator.identity());
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            configuration.get("speed");
            return super.create(configuration);
        }
    }

    /** Says that it is from the future. */
    public static final class UnknownLevel extends CarelessProvider {
        /** For {@link java.util.ServiceLoader}. */
        public UnknownLevel() {
            super(descriptor -> descriptor.builtFor(SpiLevel.of(SpiLevel.CURRENT.value() + 1)));
        }
    }

    /** Needs what its level does not have. */
    public static final class EarlyNeed extends CarelessProvider {
        /** For {@link java.util.ServiceLoader}. */
        public EarlyNeed() {
            super(descriptor -> descriptor.builtFor(SpiLevel.of(1)).needs(SnapshotFeature.NODE_LABELS));
        }
    }

    /** Declares a pattern of keys and never reads one of them. */
    public static final class UnreadPattern extends CarelessProvider {
        /** For {@link java.util.ServiceLoader}. */
        public UnreadPattern() {
            super(descriptor -> descriptor.accepts("pin.<table>", "nothing"));
        }
    }

    /** Declares a pattern of keys at a level that has none. */
    public static final class EarlyPattern extends CarelessProvider {
        /** For {@link java.util.ServiceLoader}. */
        public EarlyPattern() {
            super(descriptor -> descriptor.builtFor(SpiLevel.of(3)).accepts("pin.<table>", "where a table belongs"));
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            configuration.forEach((key, value) -> {});
            return super.create(configuration);
        }
    }
}
