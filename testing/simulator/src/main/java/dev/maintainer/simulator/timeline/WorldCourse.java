package dev.maintainer.simulator.timeline;

import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How every world goes: until something is violated, and to where nothing changes any more once nothing goes wrong. */
public final class WorldCourse {
    private final Timeline timeline;

    /** The course of the world that has this time. */
    public WorldCourse(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * Runs a world to the end, or to the first violation.
     *
     * @param days what there is to run
     * @return what was violated, which the story tells; null if nothing was
     */
    public @Nullable Violation run(Runnable days) {
        Violation violation;
        try {
            days.run();
            return null;
        } catch (Violation v) {
            violation = v;
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            violation = new Violation(Invariant.NOTHING_THROWS, e + " at " + e.getStackTrace()[0], e);
        }
        String text = violation.describe();
        timeline.tell(() -> "VIOLATED " + text);
        return violation;
    }

    /**
     * Waits until nothing is to be done any more, and has not been for a while.
     *
     * @param atLatest how long that may take, in milliseconds
     * @param look how often it is looked at
     * @param rest how long nothing must be to be done
     * @param unsettled says what is still to be done; null if nothing is
     * @return after how many milliseconds nothing was to be done any more
     * @throws Violation if it takes longer
     */
    public long settle(long atLatest, long look, long rest, Supplier<@Nullable String> unsettled) {
        long from = timeline.now();
        long goodSince = -1;
        String found = "nothing was looked at";
        while (timeline.now() - from < atLatest) {
            timeline.runUntil(timeline.now() + look);
            found = unsettled.get();
            if (found != null) {
                goodSince = -1;
            } else if (goodSince < 0) {
                goodSince = timeline.now();
            } else if (timeline.now() - goodSince >= rest) {
                return goodSince - from;
            }
        }
        throw new Violation(
                Invariant.CONVERGES,
                "not settled " + atLatest + " ms after the last fault: "
                        + (found == null ? "it is, but only just" : found));
    }

    /**
     * Lets a settled world go on for a while, in which nothing may be to be done.
     *
     * @param millis how long
     * @param unsettled says what is still to be done; null if nothing is
     * @throws Violation if something is
     */
    public void rest(long millis, Supplier<@Nullable String> unsettled) {
        timeline.runUntil(timeline.now() + millis);
        String found = unsettled.get();
        if (found != null) {
            throw new Violation(Invariant.CONVERGES, "settled, and then not any more: " + found);
        }
    }
}
