/** Whole clusters of production classes under one virtual clock and one seed, with faults and a ground truth. */
module dev.maintainer.simulator {
    requires dev.maintainer.coordinator;
    requires dev.maintainer.core;
    requires dev.maintainer.dispatcher;
    requires dev.maintainer.membership;
    requires dev.maintainer.replication;
    requires dev.maintainer.scheduler.defaults;
    requires transitive info.picocli;
    requires static transitive org.jspecify;

    exports dev.maintainer.simulator;
    exports dev.maintainer.simulator.cli;
    exports dev.maintainer.simulator.incident;
    exports dev.maintainer.simulator.invariant;
    exports dev.maintainer.simulator.search;

    opens dev.maintainer.simulator.cli to
            info.picocli;
}
