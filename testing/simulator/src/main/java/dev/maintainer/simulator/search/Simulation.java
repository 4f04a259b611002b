package dev.maintainer.simulator.search;

import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.membership.MembershipWorld;
import dev.maintainer.simulator.world.World;
import java.util.function.LongSupplier;

/** Runs worlds: production hosts, workers and coordinators under one virtual clock and one seed. */
public final class Simulation {
    private Simulation() {}

    /** Runs a world to its end or to its first violation. Any thread; worlds share nothing. */
    public static Outcome run(SimulationSpec spec) {
        return run(spec, () -> 0);
    }

    /**
     * The same, and looks at the log.
     *
     * @param logLines how many log lines the calling thread has written so far
     */
    public static Outcome run(SimulationSpec spec, LongSupplier logLines) {
        return spec.workload() == Workload.MEMBERSHIP
                ? new MembershipWorld(spec, false).run()
                : new World(spec, false, logLines).run();
    }

    /** Runs a world and remembers the story of its last events in words. */
    public static Outcome tell(SimulationSpec spec) {
        return spec.workload() == Workload.MEMBERSHIP
                ? new MembershipWorld(spec, true).run()
                : new World(spec, true, () -> 0).run();
    }
}
