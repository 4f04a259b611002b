package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.core.barrier.BarrierInspection;
import dev.maintainer.core.inspect.OpenBarrier;

/**
 * Tells people of a block event that the sink refuses, and of one that does not move. Only of the first: the later ones
 * wait for it. Who is missing costs the spans that it concerns, so that is looked up when it gets stuck, and then now and
 * again.
 */
final class BarrierWatch {
    /** Longer than the loss of a node and what follows from it should take. */
    private static final long STUCK_MILLIS = 30_000;

    private final BarrierInspection barrier;
    private final ErrorBoard errors;
    private boolean told;
    private boolean tellsOfRefusal;
    private long lookedAt;

    BarrierWatch(BarrierInspection barrier, ErrorBoard errors) {
        this.barrier = barrier;
        this.errors = errors;
    }

    /** Time has passed. */
    void look(long nowMillis) {
        String refusal = barrier.refusal();
        if (tellsOfRefusal || refusal != null) {
            errors.own(ErrorCode.DDL_REFUSED, refusal);
            tellsOfRefusal = refusal != null;
        }
        if (refusal == null) {
            lookForStuck(nowMillis);
        }
    }

    private void lookForStuck(long nowMillis) {
        if (barrier.stillMillis(nowMillis) < STUCK_MILLIS) {
            if (told) {
                errors.own(ErrorCode.BARRIER_STUCK, null);
                told = false;
            }
            return;
        }
        if (!told || nowMillis - lookedAt >= STUCK_MILLIS) {
            errors.own(
                    ErrorCode.BARRIER_STUCK,
                    barrier.first(null, nowMillis).map(OpenBarrier::text).orElse(null));
            told = true;
            lookedAt = nowMillis;
        }
    }
}
