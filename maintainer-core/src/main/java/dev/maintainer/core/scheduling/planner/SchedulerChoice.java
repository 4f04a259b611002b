package dev.maintainer.core.scheduling.planner;

/**
 * With which scheduler a maintainer begins.
 *
 * @param usual the one that the host begins with
 * @param chosen the one that people have chosen for this changefeed, under this or an earlier owner; empty if nobody has
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
