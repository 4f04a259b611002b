package dev.maintainer.simulator.search;

import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.invariant.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells a violation to people: the world, what was done to it, and who did what until the invariant was violated. */
public final class Story {
    private Story() {}

    /**
     * The lines of the story.
     *
     * @param outcome with a violation; its world runs once more to be told
     * @param mostEvents how many events before the violation to tell
     */
    public static List<String> of(Outcome outcome, int mostEvents) {
        SimulationSpec spec = outcome.spec();
        Outcome told = Simulation.tell(spec);
        List<String> lines = new ArrayList<>();
        Violation violation = told.violation();
        lines.add("VIOLATED " + (violation == null ? "nothing; something is not deterministic" : violation.describe()));
        lines.add("world: workload " + spec.workload() + ", seed " + spec.seed() + ", " + spec.nodes() + " nodes, "
                + spec.changefeeds() + " changefeeds, " + spec.tables() + " tables, faults for " + spec.faultyMillis()
                + " ms, " + spec.faults() + ", "
                + spec.maxInFlightPerNode() + " operators towards a node"
                + (spec.readsLogs() ? ", reading logs" : ""));
        lines.add("incidents:");
        spec.incidents().forEach(incident -> lines.add("  " + incident));
        List<String> events = withoutRepeats(told.story());
        int skipped = Math.max(0, events.size() - mostEvents);
        lines.add(skipped == 0 ? "story:" : "story, without the first " + skipped + " events:");
        events.subList(skipped, events.size()).forEach(event -> lines.add("  " + event));
        if (violation != null && violation.getCause() != null) {
            for (StackTraceElement frame : violation.getCause().getStackTrace()) {
                if (lines.size() < mostEvents + 60) {
                    lines.add("    at " + frame);
                }
            }
        }
        return lines;
    }

    /** What is said again and again is told twice, and then only the last of it. */
    private static List<String> withoutRepeats(List<String> events) {
        Map<String, Integer> all = new HashMap<>();
        events.forEach(event -> all.merge(untimed(event), 1, Integer::sum));
        Map<String, Integer> told = new HashMap<>();
        List<String> kept = new ArrayList<>();
        for (String event : events) {
            String what = untimed(event);
            int count = told.merge(what, 1, Integer::sum);
            int total = all.getOrDefault(what, 0);
            if (count <= 2) {
                kept.add(event);
            } else if (count == total) {
                kept.add(event + " (for the " + total + "th time)");
            }
        }
        return kept;
    }

    private static String untimed(String event) {
        return event.substring(event.indexOf(' ') + 1);
    }
}
