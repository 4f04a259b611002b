package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * What a planner proposes. It keeps the lists that it is given and copies nothing, so they must not change afterwards;
 * the host reads them once, in order, as soon as the call returns, and not further than one decision beyond the budget.
 * So a list may compute its elements while it is read.
 *
 * @param decisions in order of priority; the host may cut the tail
 * @param reason why this plan was made, or why it does nothing
 * @param rejected spans that were considered and left as they are, at most a few
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record Plan(List<Decision> decisions, Reason reason, List<Rejection> rejected) {
    /**
     * Creates a plan without rejections.
     *
     * @param decisions in order of priority; kept, not copied
     * @param reason why this plan
     * @return a plan without rejections
     */
    public static Plan of(List<? extends Decision> decisions, Reason reason) {
        return new Plan(Collections.unmodifiableList(decisions), reason, List.of());
    }

    /**
     * Leaves everything as it is.
     *
     * @param reason why nothing is done
     * @return a plan without decisions
     */
    public static Plan keep(Reason reason) {
        return new Plan(List.of(), reason, List.of());
    }

    /**
     * The same plan, cut and copied: its lists do not change any more, and contain nulls if these do. Reads no element
     * beyond the limits.
     *
     * @param mostDecisions how many decisions are kept, from the first on; 0 or more
     * @param mostRejected how many rejections are kept, from the first on; 0 or more
     * @return a new plan; its lists are unmodifiable
     */
    public Plan upTo(int mostDecisions, int mostRejected) {
        return new Plan(first(decisions, mostDecisions), reason, first(rejected, mostRejected));
    }

    /** By counting: a list of a plug-in's own may not know its size, or be wrong about it. */
    private static <T> List<T> first(List<T> all, int most) {
        List<T> some = new ArrayList<>();
        Iterator<T> elements = all.iterator();
        while (some.size() < most && elements.hasNext()) {
            some.add(elements.next());
        }
        return Collections.unmodifiableList(some);
    }

    /**
     * The same plan, with these rejected spans; at most a few.
     *
     * @param left spans that were considered and left, which replace any earlier ones; kept, not copied
     * @return a new plan
     */
    public Plan rejecting(List<Rejection> left) {
        return new Plan(decisions, reason, left);
    }
}
