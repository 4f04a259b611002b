package dev.maintainer.node.server;

import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.runtime.node.NodeConfig;

/** The times of a node that follow from those of its lease. */
final class NodeTimings {
    /** Within 300 ms, and a second for the process to begin. */
    private static final long START_AGAIN_MILLIS = 2_000;

    private static final int TICKS_PER_SESSION = 5;
    private static final int SESSIONS_UNTIL_START = 3;
    private static final int SESSIONS_UNTIL_EXPULSION = 6;
    private static final long PERSIST_MILLIS = 2_000;
    /** The sink waits for the redo log, so it lags by about that. */
    private static final long REDO_MILLIS = 200;

    private NodeTimings() {}

    /**
     * Nothing is evened out while a process that was killed may still come back: a session, a tick of the store, the grace,
     * and the start of the process. A member is suspect when it has been silent for a session.
     */
    static NodeConfig node(ServerConfig config) {
        long session = config.timings().session().toMillis();
        return NodeConfig.defaults(config.scheduler())
                .withMaintainer(MaintainerConfig.builder()
                        .suspectMillis(session)
                        .redoMillis(REDO_MILLIS)
                        .planning(PlanningConfig.builder()
                                .joinGraceMillis(removalMillis(config.timings()))
                                .build())
                        .build());
    }

    /** Within this time a member that died has been removed, or has come back if somebody starts it again at once. */
    private static long removalMillis(LeaseTimings timings) {
        long session = timings.session().toMillis();
        return session + session / TICKS_PER_SESSION + timings.grace().toMillis() + START_AGAIN_MILLIS;
    }

    /**
     * The start does without a member that says nothing for three sessions; a suspicion is acted upon after six. A leader
     * that hears fewer than half of the members resigns when those that died would have been removed.
     */
    static CoordinatorConfig coordinator(ServerConfig config) {
        long session = config.timings().session().toMillis();
        return CoordinatorConfig.defaults()
                .withPersistMillis(PERSIST_MILLIS)
                .withExpelMillis(SESSIONS_UNTIL_EXPULSION * session)
                .withStartMillis(SESSIONS_UNTIL_START * session)
                .withIsolationMillis(removalMillis(config.timings()));
    }
}
