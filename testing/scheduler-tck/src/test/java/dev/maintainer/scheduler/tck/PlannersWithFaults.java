package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.List;
import java.util.SortedMap;

/** Provides the planner with the {@link Fault} that the configuration names, so that a forked process can make it. */
public class PlannersWithFaults implements SchedulerProvider {
    static final String FAULT = "fault";

    /** For {@link java.util.ServiceLoader}. */
    public PlannersWithFaults() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("faulty")
                .builtFor(SpiLevel.of(4))
                .describedAs("has one fault")
                .with(Trait.values())
                .accepts(FAULT, "the fault");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return Fault.valueOf(configuration.getOrDefault(FAULT, Fault.NONE.name()))
                .planner();
    }

    /** For those that do not claim to restore constraints, and have another fault than doing it. */
    private static Scheduler withoutRestoring(Scheduler scheduler) {
        return (snapshot, budget) -> {
            Plan plan = scheduler.plan(snapshot, budget);
            List<Decision> decisions = plan.decisions().stream()
                    .filter(decision -> !(decision instanceof Decision.Move move && move.restoresConstraint()))
                    .toList();
            return Plan.of(decisions, plan.reason());
        };
    }

    /** The same planners, which do not claim to heed weights: those that are uneven anyway. */
    public static final class Uneven extends PlannersWithFaults {
        /** For {@link java.util.ServiceLoader}. */
        public Uneven() {}

        @Override
        public SchedulerDescriptor descriptor() {
            return SchedulerDescriptor.named("uneven")
                    .builtFor(SpiLevel.of(3))
                    .describedAs("has one fault")
                    .with(Trait.BALANCES, Trait.DRAINS, Trait.SPLITS)
                    .accepts(FAULT, "the fault");
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            return withoutRestoring(super.create(configuration));
        }
    }

    /** The same planners, which claim all but to restore constraints. */
    public static final class Secretive extends PlannersWithFaults {
        /** For {@link java.util.ServiceLoader}. */
        public Secretive() {}

        @Override
        public SchedulerDescriptor descriptor() {
            return SchedulerDescriptor.named("secretive")
                    .builtFor(SpiLevel.of(4))
                    .describedAs("has one fault")
                    .with(Trait.BALANCES, Trait.WEIGHS, Trait.DRAINS, Trait.SPLITS)
                    .accepts(FAULT, "the fault");
        }
    }

    /** The same planners, which claim nothing. */
    public static final class Modest extends PlannersWithFaults {
        /** For {@link java.util.ServiceLoader}. */
        public Modest() {}

        @Override
        public SchedulerDescriptor descriptor() {
            return SchedulerDescriptor.named("modest")
                    .builtFor(SpiLevel.of(1))
                    .describedAs("claims nothing")
                    .accepts(FAULT, "the fault");
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            return withoutRestoring(super.create(configuration));
        }
    }
}
