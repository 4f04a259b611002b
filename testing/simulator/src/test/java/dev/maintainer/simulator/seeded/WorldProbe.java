package dev.maintainer.simulator.seeded;

import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.search.Simulation;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs worlds until one of them violates an invariant, within a class loader of its own: only classes of the JDK go in
 * and come out. The first half of the worlds has the likely workloads, seed 1 of each, then seed 2; the other half has
 * all of them.
 *
 * <p>Takes the names of the likely workloads, how many worlds to run at most, and whether to tell the story of the
 * violation; returns how many were run and, if something was violated, the invariant, the text, the workload, the seed
 * and the story.
 */
public final class WorldProbe implements Function<Object[], Object[]> {
    private final Map<Workload, Long> seeds = new EnumMap<>(Workload.class);

    /** A probe; made by its name. */
    public WorldProbe() {}

    @Override
    public Object[] apply(Object[] wanted) {
        List<Workload> likely =
                Arrays.stream((String[]) wanted[0]).map(Workload::valueOf).toList();
        int most = (Integer) wanted[1];
        boolean telling = (Boolean) wanted[2];
        for (int i = 0; i < most; i++) {
            List<Workload> turn = likely.isEmpty() || i >= most / 2 ? List.of(Workload.values()) : likely;
            SimulationSpec spec = next(turn.get(i % turn.size()));
            Violation violation = Simulation.run(spec).violation();
            if (violation != null) {
                String[] story = telling ? Simulation.tell(spec).story().toArray(new String[0]) : new String[0];
                return new Object[] {
                    i + 1,
                    violation.invariant().name(),
                    String.valueOf(violation.getMessage()),
                    spec.workload().name(),
                    spec.seed(),
                    story
                };
            }
        }
        return new Object[] {most};
    }

    private SimulationSpec next(Workload workload) {
        return SimulationSpec.of(workload, seeds.merge(workload, 1L, Long::sum));
    }
}
