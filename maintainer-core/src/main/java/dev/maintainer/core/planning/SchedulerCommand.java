package dev.maintainer.core.planning;

import org.jspecify.annotations.Nullable;

/** What people can ask of the planning of a changefeed. */
public sealed interface SchedulerCommand {
    /** Plan with another scheduler from the next round on; back to the present one if that round fails. */
    record Select(String scheduler) implements SchedulerCommand {}

    /** Compare the plans of another scheduler from now on; null ends that. */
    record Shadow(@Nullable String scheduler) implements SchedulerCommand {}

    /** Make a plan and keep it; null asks the present scheduler. */
    record Propose(@Nullable String scheduler) implements SchedulerCommand {}

    /** Carry out exactly a plan that was proposed, or nothing of it if its premises have changed. */
    record Apply(long plan) implements SchedulerCommand {}
}
