package dev.maintainer.core.scheduling.planner;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the plan of a shadow with the one that is carried out; both were made from the same snapshot. Immutable.
 *
 * @param round the round of both
 * @param scheduler whose plan is carried out
 * @param shadow whose plan is not
 * @param failure what the shadow did wrong; null if its plan obeys all rules
 * @param carriedOut the figures of the plan that is carried out
 * @param shadowed those of the shadow's; all zero if it has failed
 * @param loadSpread the difference between the highest and the lowest load of an eligible node before both
 * @param same how many decisions both plans have
 * @param differences a few of the others, for people
 */
public record ShadowAnswer(
        long round,
        String scheduler,
        String shadow,
        @Nullable String failure,
        PlanFigures carriedOut,
        PlanFigures shadowed,
        int loadSpread,
        int same,
        List<String> differences) {
    /** Copies the list. */
    public ShadowAnswer {
        differences = List.copyOf(differences);
    }

    /**
     * A plan in numbers.
     *
     * @param places absent spans that it places
     * @param moves spans that it moves
     * @param loadSpread the difference between the highest and the lowest load of an eligible node after it
     * @param micros how long the planner took, in microseconds
     */
    public record PlanFigures(int places, int moves, int loadSpread, long micros) {
        /** No plan. */
        public static final PlanFigures NONE = new PlanFigures(0, 0, 0, 0);
    }
}
