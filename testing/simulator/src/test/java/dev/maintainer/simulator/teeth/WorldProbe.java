package dev.maintainer.simulator.teeth;

import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.search.Simulation;
import java.util.function.Function;

/**
 * Runs worlds until one of them violates an invariant, within a class loader of its own: only classes of the JDK go in
 * and come out. Seed 1 of each workload comes first, then seed 2 of each.
 *
 * <p>Takes the names of the workloads, the first seed, how many worlds to run at most, and whether to tell the story of
 * the violation; returns how many were run and, if something was violated, the invariant, the text, the workload, the
 * seed and the story.
 */
public final class WorldProbe implements Function<Object[], Object[]> {
    /** A probe; made by its name. */
    public WorldProbe() {}

    @Override
    public Object[] apply(Object[] wanted) {
        String[] workloads = (String[]) wanted[0];
        long firstSeed = (Long) wanted[1];
        int most = (Integer) wanted[2];
        boolean telling = (Boolean) wanted[3];
        for (int i = 0; i < most; i++) {
            Workload workload = Workload.valueOf(workloads[i % workloads.length]);
            SimulationSpec spec = SimulationSpec.of(workload, firstSeed + i / workloads.length);
            Outcome outcome = Simulation.run(spec);
            Violation violation = outcome.violation();
            if (violation != null) {
                String[] story = telling ? Simulation.tell(spec).story().toArray(new String[0]) : new String[0];
                return new Object[] {
                    i + 1,
                    violation.invariant().name(),
                    String.valueOf(violation.getMessage()),
                    workload.name(),
                    spec.seed(),
                    story
                };
            }
        }
        return new Object[] {most};
    }
}
