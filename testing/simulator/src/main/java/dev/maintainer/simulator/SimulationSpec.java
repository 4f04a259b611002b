package dev.maintainer.simulator;

import dev.maintainer.simulator.incident.FaultKind;
import dev.maintainer.simulator.incident.FaultMix;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.IncidentKind;
import dev.maintainer.simulator.incident.Workload;
import java.util.ArrayList;
import java.util.Comparator;
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
 * @param readsLogs whether nodes read logs with the dispatchers of the product; if not, models of dispatchers know what is committed
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
        boolean readsLogs,
        int maxInFlightPerNode,
        long faultyMillis,
        FaultMix faults,
        List<Incident> incidents) {
    private static final int SHORTEST_CALM = 120_000;
    private static final int LONGEST_CALM = 1_080_000;
    /** So that the days of two seeds have no trouble in common. */
    private static final long SEEDS_PER_DAY = 1_000_003;

    /** Takes a copy of the incidents. */
    public SimulationSpec {
        incidents = List.copyOf(incidents);
    }

    /** The same incidents in another world. */
    public SimulationSpec in(long otherSeed, int otherNodes, int otherTables, boolean withRedo, long otherMillis) {
        return toBuilder()
                .seed(otherSeed)
                .nodes(otherNodes)
                .tables(otherTables)
                .redo(withRedo)
                .faultyMillis(otherMillis)
                .build();
    }

    /** The same with other incidents. */
    public SimulationSpec with(List<Incident> others) {
        return toBuilder().incidents(others).build();
    }

    /** The same with other faults in the background. */
    public SimulationSpec with(FaultMix others) {
        return toBuilder().faults(others).build();
    }

    /** The same with so many changefeeds. */
    public SimulationSpec withChangefeeds(int others) {
        return toBuilder().changefeeds(others).build();
    }

    /** The same world in which nodes read logs with the dispatchers of the product, or not. */
    public SimulationSpec withLogs(boolean others) {
        return toBuilder().readsLogs(others).build();
    }

    /** Begins with this specification. */
    public Builder toBuilder() {
        return new Builder(this);
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
                .with(FaultKind.DIVISION, workload.dividing(dividing))
                .with(FaultKind.LOST_SESSION, workload.forgetting(limiting));
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
                workload.readsLogs(),
                maxInFlightPerNode,
                faultyMillis,
                faults,
                incidents);
    }

    /**
     * A long day of a workload: every ten minutes or so what happens in one of its worlds, and calm in between. Whoever is
     * removed comes back, and whoever is paused goes on, so that something runs all day.
     *
     * @param nodes at the beginning, 0 leaves them to the workload
     * @param tables the same
     * @param millis how long the day is
     */
    public static SimulationSpec day(Workload workload, long seed, int nodes, int tables, long millis) {
        SplittableRandom pauses =
                new SplittableRandom(seed * 1_031 + workload.name().hashCode());
        List<Incident> incidents = new ArrayList<>();
        long at = 0;
        for (long spell = 1; at < millis; spell++) {
            int calm = SHORTEST_CALM + pauses.nextInt(LONGEST_CALM - SHORTEST_CALM);
            incidents.add(new Incident(at, IncidentKind.CALM, 0, 0, calm));
            at += calm;
            SimulationSpec trouble = of(workload, seed + spell * SEEDS_PER_DAY, nodes, tables, 0);
            if (at + trouble.faultyMillis < millis) {
                for (Incident each : trouble.incidents) {
                    incidents.add(each.lasting().after(at));
                }
            }
            at += trouble.faultyMillis;
        }
        // Some of a spell comes at its very end, or a moment later.
        incidents.sort(Comparator.comparingLong(Incident::atMillis));
        return of(workload, seed, nodes, tables, 0).toBuilder()
                .faultyMillis(millis)
                .incidents(incidents)
                .build();
    }

    /** Collects what a run depends on. Not thread-safe. */
    public static final class Builder {
        private long seed;
        private Workload workload;
        private int nodes;
        private int tables;
        private int changefeeds;
        private boolean redo;
        private boolean readsLogs;
        private int maxInFlightPerNode;
        private long faultyMillis;
        private FaultMix faults;
        private List<Incident> incidents;

        private Builder(SimulationSpec from) {
            seed = from.seed;
            workload = from.workload;
            nodes = from.nodes;
            tables = from.tables;
            changefeeds = from.changefeeds;
            redo = from.redo;
            readsLogs = from.readsLogs;
            maxInFlightPerNode = from.maxInFlightPerNode;
            faultyMillis = from.faultyMillis;
            faults = from.faults;
            incidents = from.incidents;
        }

        /** Of everything that the incidents leave open: delays, losses, turns. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** The workload. */
        public Builder workload(Workload value) {
            workload = value;
            return this;
        }

        /** At the beginning; at least 2. */
        public Builder nodes(int value) {
            nodes = value;
            return this;
        }

        /** Of the first changefeed at the beginning; at least 1. */
        public Builder tables(int value) {
            tables = value;
            return this;
        }

        /** How many there are; 1 to 3. */
        public Builder changefeeds(int value) {
            changefeeds = value;
            return this;
        }

        /** Whether the first changefeed keeps a redo log; the second does if the first does not. */
        public Builder redo(boolean value) {
            redo = value;
            return this;
        }

        /** Whether nodes read logs with the dispatchers of the product. */
        public Builder readsLogs(boolean value) {
            readsLogs = value;
            return this;
        }

        /** How many operators may be under way towards a node; at least 1. */
        public Builder maxInFlightPerNode(int value) {
            maxInFlightPerNode = value;
            return this;
        }

        /** For how long faults happen; then comes peace, and a look at what is left. */
        public Builder faultyMillis(long millis) {
            faultyMillis = millis;
            return this;
        }

        /** The faults. */
        public Builder faults(FaultMix value) {
            faults = value;
            return this;
        }

        /** The incidents. */
        public Builder incidents(List<Incident> value) {
            incidents = value;
            return this;
        }

        /** {@return what was collected} */
        public SimulationSpec build() {
            return new SimulationSpec(
                    seed,
                    workload,
                    nodes,
                    tables,
                    changefeeds,
                    redo,
                    readsLogs,
                    maxInFlightPerNode,
                    faultyMillis,
                    faults,
                    incidents);
        }
    }
}
