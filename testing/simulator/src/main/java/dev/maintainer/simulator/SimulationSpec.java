package dev.maintainer.simulator;

import dev.maintainer.simulator.incident.FaultMix;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.Workload;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All that a run depends on. One specification, one outcome, bit for bit, on any JVM and machine.
 *
 * @param seed of everything that the incidents leave open: delays, losses, turns
 * @param nodes at the beginning; at least 2
 * @param tables of the first changefeed at the beginning; at least 1
 * @param changefeeds how many there are; 1 to 3
 * @param redo whether the first changefeed keeps a redo log; the second does if the first does not
 * @param maxInFlightPerNode how many operators may be under way towards a node; at least 1
 * @param faultyMillis for how long faults happen; then comes peace, and a look at what is left
 */
public record SimulationSpec(
        long seed,
        Workload workload,
        int nodes,
        int tables,
        int changefeeds,
        boolean redo,
        int maxInFlightPerNode,
        long faultyMillis,
        FaultMix faults,
        List<Incident> incidents) {
    /** Takes a copy of the incidents. */
    public SimulationSpec {
        incidents = List.copyOf(incidents);
    }

    /** The same incidents in another world. */
    public SimulationSpec in(long otherSeed, int otherNodes, int otherTables, boolean withRedo, long otherMillis) {
        return new SimulationSpec(
                otherSeed,
                workload,
                otherNodes,
                otherTables,
                changefeeds,
                withRedo,
                maxInFlightPerNode,
                otherMillis,
                faults,
                incidents);
    }

    /** The same with other incidents. */
    public SimulationSpec with(List<Incident> others) {
        return new SimulationSpec(
                seed, workload, nodes, tables, changefeeds, redo, maxInFlightPerNode, faultyMillis, faults, others);
    }

    /** The same with other faults in the background. */
    public SimulationSpec with(FaultMix others) {
        return new SimulationSpec(
                seed, workload, nodes, tables, changefeeds, redo, maxInFlightPerNode, faultyMillis, others, incidents);
    }

    /** The same with so many changefeeds. */
    public SimulationSpec withChangefeeds(int others) {
        return new SimulationSpec(
                seed, workload, nodes, tables, others, redo, maxInFlightPerNode, faultyMillis, faults, incidents);
    }

    /** The world of a workload for a seed. */
    public static SimulationSpec of(Workload workload, long seed) {
        return of(workload, seed, 0, 0, 0);
    }

    /** The same with some things fixed; 0 leaves them to the workload. */
    public static SimulationSpec of(Workload workload, long seed, int nodes, int tables, long millis) {
        SplittableRandom random =
                new SplittableRandom(seed * 31 + workload.name().hashCode());
        int drawnNodes = Math.max(2, workload.defaultNodes() - 1 + random.nextInt(3));
        int drawnTables = workload.defaultTables() / 2 + 1 + random.nextInt(workload.defaultTables());
        // Another one, so that worlds without splits are those that they were before there were any.
        SplittableRandom dividing =
                new SplittableRandom(~seed * 31 + workload.name().hashCode());
        SplittableRandom keeping =
                new SplittableRandom(seed * 131 + workload.name().hashCode());
        SplittableRandom limiting =
                new SplittableRandom(seed * 257 + workload.name().hashCode());
        FaultMix faults = workload.faults(random)
                .withDividing(workload.dividing(dividing))
                .withForgetting(workload.forgetting(limiting));
        long faultyMillis =
                millis == 0 ? workload.defaultMillis() / 2 + random.nextInt((int) workload.defaultMillis()) : millis;
        int maxInFlightPerNode = workload.maxInFlightPerNode(limiting);
        List<Incident> incidents =
                workload.withPeople(dividing, faultyMillis, workload.incidents(random, faultyMillis));
        incidents = workload.withOutages(limiting, faultyMillis, incidents);
        if (maxInFlightPerNode < Workload.PRODUCTION_IN_FLIGHT) {
            incidents = workload.withMovesByHand(limiting, faultyMillis, incidents);
        }
        return new SimulationSpec(
                seed,
                workload,
                nodes == 0 ? drawnNodes : nodes,
                tables == 0 ? drawnTables : tables,
                workload.changefeeds(
                        new SplittableRandom(seed * 521 + workload.name().hashCode())),
                workload.keepsRedo(keeping),
                maxInFlightPerNode,
                faultyMillis,
                faults,
                incidents);
    }
}
