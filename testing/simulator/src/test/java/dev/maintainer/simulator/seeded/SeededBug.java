package dev.maintainer.simulator.seeded;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.ArrayList;
import java.util.EnumSet;
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
    static final int MOST_WORLDS = 300;
    /** The same for bugs that bite in few of them. */
    static final int RARE = 12_000;

    /** Takes copies. */
    SeededBug {
        patches = List.copyOf(patches);
        workloads = List.copyOf(workloads);
    }

    /** A bug of which nothing is known yet. */
    static SeededBug of(String id, String title) {
        return new SeededBug(
                id, title, List.of(), new Expectation.NotReached("nobody has looked yet"), List.of(), MOST_WORLDS);
    }

    /** Also replaces this, in a class that is named without its package. */
    SeededBug in(String type, String original, String wrong) {
        return with(List.of(new Patch(type, original, wrong)));
    }

    /** Also does everything that is wrong with another bug. */
    SeededBug and(SeededBug other) {
        return with(other.patches);
    }

    private SeededBug with(List<Patch> others) {
        List<Patch> more = new ArrayList<>(patches);
        more.addAll(others);
        return new SeededBug(id, title, more, expectation, workloads, worlds);
    }

    /** Violates one of these. */
    SeededBug caughtBy(Invariant first, Invariant... others) {
        return expect(new Expectation.Found(EnumSet.of(first, others)));
    }

    /** Is made up for; the companion removes what does that, too, and is found. */
    SeededBug masked(String companion, String because) {
        return expect(new Expectation.Masked(companion, because));
    }

    /** No world gets to where it has an effect; this one would. */
    SeededBug notReached(String missingWorld) {
        return expect(new Expectation.NotReached(missingWorld));
    }

    private SeededBug expect(Expectation other) {
        return new SeededBug(id, title, patches, other, workloads, worlds);
    }

    /** Is looked for here first. */
    SeededBug first(Workload... where) {
        return new SeededBug(id, title, patches, expectation, List.of(where), worlds);
    }

    /** Is rare: it is looked for in more worlds than others. */
    SeededBug within(int more) {
        return new SeededBug(id, title, patches, expectation, workloads, more);
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
