package dev.maintainer.node.run;

/**
 * Options of runs in tests. They reach their nodes in the process; with {@code -Dmaintainer.test.transport=grpc} by sockets,
 * which nothing else may notice.
 */
public final class RunFixture {
    /** How nodes reach one another. */
    public static final String TRANSPORT = System.getProperty("maintainer.test.transport", RunTransports.IN_PROCESS);

    private RunFixture() {}

    /** {@return the defaults, with this scheduler} */
    static RunOptions.Builder options(SchedulerOptions scheduler) {
        return RunOptions.builder(scheduler).transport(TRANSPORT);
    }
}
