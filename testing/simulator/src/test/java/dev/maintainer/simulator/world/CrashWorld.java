package dev.maintainer.simulator.world;

import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.FaultMix;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;

/** A small world without faults but the one death that a test wants. */
final class CrashWorld {
    private static final long AT_MOST = 90_000;

    final Timeline timeline;
    final SimulatedCluster cluster;
    final SimulatedChangefeed changefeed;
    private final RestCheck rest;
    private final String name;

    /** Four nodes and six tables. */
    CrashWorld(long seed, String name) {
        SimulationSpec spec = SimulationSpec.of(Workload.STEADY, seed, 4, 6, 0).toBuilder()
                .changefeeds(1)
                .redo(false)
                .maxInFlightPerNode(Workload.PRODUCTION_IN_FLIGHT)
                .faultyMillis(0)
                .faults(FaultMix.NONE)
                .incidents(List.of())
                .build();
        this.timeline = new Timeline(seed, true);
        this.cluster = new SimulatedCluster(timeline, spec);
        this.changefeed = cluster.changefeed(0);
        this.rest = new RestCheck(cluster);
        this.name = name;
    }

    /** Lets time pass until all is at rest. */
    void settle(String when) {
        long from = timeline.now();
        String unsettled = "nothing was looked at";
        while (unsettled != null) {
            timeline.runUntil(timeline.now() + 500);
            cluster.audit();
            unsettled = rest.unsettled();
            if (timeline.now() - from > AT_MOST) {
                throw new AssertionError(name + " is not at rest " + when + ": " + unsettled);
            }
        }
    }
}
