package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.scheduler.spi.Budget;
import org.jspecify.annotations.Nullable;

/**
 * The requests for plans. One is outstanding at most, with a deadline; each tells the planners' side what has changed
 * since the one before.
 */
final class PlanRounds {
    /** Reading a changed span takes a planner's side less than this. */
    private static final int CHANGES_PER_MILLI = 100;

    private final ChangefeedId changefeed;
    private final MaintainerEpoch epoch;
    private final PlanningPort port;
    private final PlanningConfig config;
    private final Eligibility eligibility;
    private final SnapshotFeed feed;
    private final PlanAdmission admission;
    private final DrainFallback drainFallback;
    private final long seed;
    private @Nullable AwaitedPlan awaited;
    private long round;

    /**
     * Asks for nothing yet.
     *
     * @param admission knows what of the last plan was refused
     * @param drainFallback knows how many moves the pace of a drain leaves
     */
    PlanRounds(SchedulingContext context, PlanningPort port, PlanAdmission admission, DrainFallback drainFallback) {
        this.changefeed = context.changefeed();
        this.epoch = context.epoch();
        this.port = port;
        this.config = context.config();
        this.eligibility = context.cluster().eligibility();
        this.feed = new SnapshotFeed(
                context.registry(),
                context.retries(),
                context.operators(),
                context.cluster().members(),
                eligibility,
                config);
        this.admission = admission;
        this.drainFallback = drainFallback;
        this.seed = changefeed.toString().hashCode() * 0x9E3779B97F4A7C15L + epoch.value();
    }

    /** What is awaited; null if nothing is. */
    @Nullable
    AwaitedPlan awaited() {
        return awaited;
    }

    /** The number of the last round. */
    long last() {
        return round;
    }

    /** The number of a round that asks no planner. */
    long next() {
        return ++round;
    }

    /**
     * Asks for a plan; nothing is awaited.
     *
     * @param scheduler who is to make it; null for the built-in placement
     * @param shadow whose plan is to be compared with it; null if nobody's
     * @param request the number of the request by which people selected the scheduler, or 0
     */
    void ask(PlanPurpose purpose, @Nullable String scheduler, @Nullable String shadow, long request, long nowMillis) {
        round++;
        Budget budget = new Budget(
                config.maxDecisions(), drainFallback.freeMoves(config.maxMoves()), config.maxInFlightPerNode());
        SnapshotDelta delta =
                feed.next(round, seed * 31 + round, eligibility.isRebalanceSuspended(nowMillis), admission.refused());
        int changes = delta.changed().size() + delta.removed().size();
        long deadlineAt = nowMillis + config.deadlineMillis() + changes / CHANGES_PER_MILLI;
        awaited = new AwaitedPlan(round, purpose, delta.version(), scheduler, shadow, request, deadlineAt);
        port.ask(new PlanRequest(changefeed, epoch, scheduler, shadow, delta, budget));
    }

    /** Takes the awaited plan of this round, whose shadow's is awaited next; null if nobody waits for it (any more). */
    @Nullable
    AwaitedPlan take(long answered, boolean planned, long nowMillis) {
        AwaitedPlan taken = awaited;
        if (taken == null || taken.round() != answered || taken.purpose() == PlanPurpose.SHADOW) {
            return null;
        }
        awaited = planned && taken.shadow() != null ? taken.ofShadow(nowMillis + config.deadlineMillis()) : null;
        return taken;
    }

    /** Takes the awaited plan of this round's shadow. Returns false if nobody waits for it (any more). */
    boolean takeShadow(long answered) {
        boolean isAwaited = awaited != null && awaited.purpose() == PlanPurpose.SHADOW && awaited.round() == answered;
        awaited = isAwaited ? null : awaited;
        return isAwaited;
    }

    /** Gives an overdue plan up, and the session that makes it; null if none is overdue. */
    @Nullable
    AwaitedPlan expire(long nowMillis) {
        AwaitedPlan overdue = awaited;
        if (overdue == null || nowMillis < overdue.deadlineAt()) {
            return null;
        }
        close();
        restart();
        return overdue;
    }

    /** Tells everything again with the next request: the planners' side has lost what it was told. */
    void restart() {
        feed.restart();
    }

    /** Nobody waits for an answer, and the session ends. */
    void close() {
        awaited = null;
        port.drop(changefeed, epoch);
    }
}
