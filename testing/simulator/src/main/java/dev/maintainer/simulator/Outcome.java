package dev.maintainer.simulator;

import dev.maintainer.simulator.invariant.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param violation the first; null if everything held
 * @param hash over everything that happened, in order; the same on any JVM and machine
 * @param story the last events before the end, in words; empty if nobody asked for it
 */
public record Outcome(
        SimulationSpec spec, @Nullable Violation violation, Statistics statistics, long hash, List<String> story) {
    /** Takes a copy of the story. */
    public Outcome {
        story = List.copyOf(story);
    }
}
