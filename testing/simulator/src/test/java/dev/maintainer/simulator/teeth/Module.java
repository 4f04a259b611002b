package dev.maintainer.simulator.teeth;

/** The modules into whose classes bugs are planted; into the simulator's, to take away what its world guarantees. */
enum Module {
    API("maintainer-api", "dev.maintainer.api"),
    OPERATORS("operator-controller", "dev.maintainer.operator"),
    CORE("maintainer-core", "dev.maintainer.core"),
    SCHEDULERS("scheduler-default", "dev.maintainer.scheduler.defaults"),
    WORKER("runtime/dispatcher-manager", "dev.maintainer.dispatcher"),
    COORDINATOR("runtime/coordinator", "dev.maintainer.coordinator"),
    SIMULATOR("testing/simulator", "dev.maintainer.simulator");

    private final String folder;
    private final String rootPackage;

    Module(String folder, String rootPackage) {
        this.folder = folder;
        this.rootPackage = rootPackage;
    }

    /** Where it is in the reactor. */
    String folder() {
        return folder;
    }

    /** The full name of a class, given its name below the module's root package. */
    String className(String name) {
        return rootPackage + "." + name;
    }
}
