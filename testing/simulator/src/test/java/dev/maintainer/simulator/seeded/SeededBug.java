package dev.maintainer.simulator.seeded;

import dev.maintainer.seeded.testing.Patch;
import dev.maintainer.simulator.incident.Workload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A known bug, and how the simulator is expected to find it.
 *
 * @param id short and stable
 * @param title what is wrong, in a few words
 * @param patches what makes it so
 * @param expectation what is known to come of it
 * @param workloads where to look first; all others follow. Empty for no preference
 * @param worlds within how many worlds it must be found
 */
record SeededBug(
        String id, String title, List<Patch> patches, Expectation expectation, List<Workload> workloads, int worlds) {
    static final int MOST_WORLDS = 1_000;

    /** Nothing is planted, and all is well. */
    static final SeededBug NOTHING = new SeededBug(
            "NOTHING", "nothing is planted", List.of(), new Expectation.NotReached("any"), List.of(), MOST_WORLDS);

    /** Takes copies. */
    SeededBug {
        patches = List.copyOf(patches);
        workloads = List.copyOf(workloads);
    }

    boolean isFound() {
        return expectation instanceof Expectation.Found;
    }

    /** What another bug does, less what this one does. */
    SeededBug removedFrom(SeededBug companion) {
        List<Patch> rest = new ArrayList<>(companion.patches);
        rest.removeAll(patches);
        return new SeededBug(
                companion.id + " less " + id,
                companion.title,
                rest,
                companion.expectation,
                companion.workloads,
                companion.worlds);
    }

    /** The classes that are changed, without their packages. */
    Set<String> where() {
        Set<String> where = new LinkedHashSet<>();
        patches.forEach(patch -> where.add(patch.type()));
        return where;
    }
}
