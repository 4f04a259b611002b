package dev.maintainer.core.scheduling.planner;

/**
 * The scheduler with which a maintainer starts.
 *
 * @param usual the default of the host
 * @param chosen the one that users have chosen for this changefeed, under this or an earlier owner; empty if nobody has
 */
public record SchedulerChoice(String usual, String chosen) {
    /** Nobody has chosen. */
    public static SchedulerChoice of(String usual) {
        return new SchedulerChoice(usual, "");
    }

    /** The name of the scheduler. */
    public String scheduler() {
        return chosen.isEmpty() ? usual : chosen;
    }
}
