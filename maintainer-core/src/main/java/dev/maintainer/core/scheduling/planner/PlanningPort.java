package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;

/**
 * Runs planners for maintainers, away from their thread. Both methods return at once and never fail. An implementation
 * gives each maintainer a {@link PlanningSession} and brings its answers back as inputs of the host:
 * {@code PlanReturned} first, {@code ShadowReturned} afterwards if the request names a shadow.
 */
public interface PlanningPort {
    /** A maintainer wants a plan. It has one request outstanding at most. */
    void ask(PlanRequest request);

    /**
     * Nobody waits for this maintainer's answers any more: it has closed, or its planner takes too long. The session is
     * void, and a planner that is still at work may be interrupted. A further request begins a new session.
     */
    void drop(ChangefeedId changefeed, MaintainerEpoch epoch);
}
