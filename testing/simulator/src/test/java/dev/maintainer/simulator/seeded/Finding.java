package dev.maintainer.simulator.seeded;

import dev.maintainer.seeded.testing.BugPlanter;
import dev.maintainer.seeded.testing.PlantedClassLoader;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * What came of a search for a bug.
 *
 * @param worlds how many were run; 0 if it was found where it was looked for first
 * @param invariant what was violated in the last of them; null if nothing was
 * @param text who did what
 * @param workload of the last world
 * @param seed of the last world
 * @param story the events before the violation, if they were asked for
 */
record Finding(
        int worlds,
        @Nullable Invariant invariant,
        String text,
        @Nullable Workload workload,
        long seed,
        List<String> story) {
    /** Whether it was found where it was looked for first. */
    boolean isWhereRecorded() {
        return worlds == 0 && invariant != null;
    }

    /**
     * Runs worlds with a bug until an invariant is violated by which it is expected to be caught (any, if it is not
     * expected to be caught), {@code most} at most.
     *
     * @param first where to look first, besides the others; null for nowhere
     */
    static Finding search(BugPlanter planter, SeededBug bug, @Nullable RecordedWorld first, int most, boolean telling) {
        Object[] answer = answer(planter, bug, first, most, telling);
        // What was compiled of the classes of a loader is freed with the loader only, and the code cache would fill up.
        System.gc();
        if (answer.length == 1) {
            return new Finding((Integer) answer[0], null, "", null, 0, List.of());
        }
        return new Finding(
                (Integer) answer[0],
                Invariant.valueOf((String) answer[1]),
                (String) answer[2],
                Workload.valueOf((String) answer[3]),
                (Long) answer[4],
                List.of((String[]) answer[5]));
    }

    private static Object[] answer(
            BugPlanter planter, SeededBug bug, @Nullable RecordedWorld first, int most, boolean telling) {
        String[] workloads = bug.workloads().stream().map(Workload::name).toArray(String[]::new);
        String[] counting = bug.expectation() instanceof Expectation.Found found
                ? found.invariants().stream().map(Invariant::name).toArray(String[]::new)
                : new String[0];
        Object[] wanted = {
            workloads,
            counting,
            most,
            telling,
            first == null ? new String[0] : new String[] {first.workload().name()},
            first == null ? 0L : first.seed()
        };
        Map<String, byte[]> planted = planter.plant(bug.id(), bug.patches());
        // On a thread of its own: what worlds keep for their thread would keep all classes of their loader.
        FutureTask<Object[]> search = new FutureTask<>(() -> probe(planted, bug).apply(wanted));
        new Thread(search, "search for " + bug.id()).start();
        try {
            return search.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the search for " + bug.id() + " failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in the search for " + bug.id(), e);
        }
    }

    @SuppressWarnings("unchecked") // The class is the same, but of another class loader.
    private static java.util.function.Function<Object[], Object[]> probe(Map<String, byte[]> planted, SeededBug bug) {
        try {
            return (java.util.function.Function<Object[], Object[]>) new PlantedClassLoader(planted)
                    .loadClass(WorldProbe.class.getName())
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a probe for " + bug.id(), e);
        }
    }
}
