package dev.maintainer.scheduler.spi;

import java.util.List;

/**
 * What a planner proposes.
 *
 * @param decisions in order of priority; the host may cut the tail
 * @param reason why this plan, or why nothing
 * @param rejected spans that were looked at and left, at most a few
 */
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record Plan(List<Decision> decisions, Reason reason, List<Rejection> rejected) {
    /** Copies the lists. */
    public Plan {
        decisions = List.copyOf(decisions);
        rejected = List.copyOf(rejected);
    }

    /** A plan of these decisions. */
    public static Plan of(List<? extends Decision> decisions, Reason reason) {
        return new Plan(List.copyOf(decisions), reason, List.of());
    }

    /** Leave everything as it is. */
    public static Plan keep(Reason reason) {
        return new Plan(List.of(), reason, List.of());
    }

    /** The same, with these spans that were looked at and left; at most a few. */
    public Plan rejecting(List<Rejection> left) {
        return new Plan(decisions, reason, left);
    }
}
