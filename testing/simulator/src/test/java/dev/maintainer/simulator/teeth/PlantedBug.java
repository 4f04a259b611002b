package dev.maintainer.simulator.teeth;

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
 * @param invariants one of these must be violated; empty if it is known that none is
 * @param workloads where to look first; all others follow. Empty for no preference
 * @param worlds within how many worlds it must be found
 * @param notFoundBecause why no violation is expected, mostly because something else makes up for it; empty if it is found
 */
record PlantedBug(
        String id,
        String title,
        List<Patch> patches,
        Set<Invariant> invariants,
        List<Workload> workloads,
        int worlds,
        String notFoundBecause) {
    static final int MOST_WORLDS = 300;
    /** The same for bugs that bite in few of them. */
    static final int RARE = 12_000;

    /** Takes copies. */
    PlantedBug {
        patches = List.copyOf(patches);
        workloads = List.copyOf(workloads);
    }

    /** A bug without effect, so far. */
    static PlantedBug of(String id, String title) {
        return new PlantedBug(id, title, List.of(), EnumSet.noneOf(Invariant.class), List.of(), MOST_WORLDS, "");
    }

    /** Also replaces this, in a class of a module. */
    PlantedBug in(Module module, String type, String original, String wrong) {
        List<Patch> more = new ArrayList<>(patches);
        more.add(new Patch(module, type, original, wrong));
        return new PlantedBug(id, title, more, invariants, workloads, worlds, notFoundBecause);
    }

    /** Also does everything that is wrong with another bug. */
    PlantedBug and(PlantedBug other) {
        List<Patch> more = new ArrayList<>(patches);
        more.addAll(other.patches);
        return new PlantedBug(id, title, more, invariants, workloads, worlds, notFoundBecause);
    }

    /** Violates one of these. */
    PlantedBug caughtBy(Invariant first, Invariant... others) {
        return new PlantedBug(id, title, patches, EnumSet.of(first, others), workloads, worlds, "");
    }

    /** Is looked for here first. */
    PlantedBug first(Workload... where) {
        return new PlantedBug(id, title, patches, invariants, List.of(where), worlds, notFoundBecause);
    }

    /** Is rare: it is looked for in more worlds than others. */
    PlantedBug within(int more) {
        return new PlantedBug(id, title, patches, invariants, workloads, more, notFoundBecause);
    }

    /** Is not found, for a reason. */
    PlantedBug notFound(String because) {
        return new PlantedBug(id, title, patches, EnumSet.noneOf(Invariant.class), workloads, worlds, because);
    }

    boolean isNotFound() {
        return !notFoundBecause.isEmpty();
    }

    /** The classes that are changed, without their packages. */
    Set<String> where() {
        Set<String> where = new LinkedHashSet<>();
        patches.forEach(patch -> where.add(patch.type().substring(patch.type().lastIndexOf('.') + 1)));
        return where;
    }
}
