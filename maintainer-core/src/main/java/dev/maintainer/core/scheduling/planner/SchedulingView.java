package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.scheduler.spi.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The planning of a changefeed as users see it. Immutable.
 *
 * @param scheduler whose plans are carried out
 * @param trial a scheduler that was selected and whose first round is not over; null if there is none
 * @param shadow whose plans are compared; null if nobody's are
 * @param condition whether the scheduler works properly
 * @param faults how many rounds in a row it has failed
 * @param failure a description of its last fault; null if its last round was good
 * @param planning the round that is in progress; null if none is
 * @param rounds how many plans were requested
 * @param figures sums over all rounds
 * @param shadowFigures sums over all rounds that the current shadow was compared in
 * @param recent the last rounds that had decisions or failed, oldest first
 * @param comparisons the last comparisons with a shadow, oldest first
 * @param requests the last requests of users and their results, oldest first
 * @param proposals plans that can be applied, oldest first
 */
public record SchedulingView(
        String scheduler,
        @Nullable String trial,
        @Nullable String shadow,
        SchedulerCondition condition,
        int faults,
        @Nullable Failure failure,
        @Nullable Long planning,
        long rounds,
        Figures figures,
        ShadowFigures shadowFigures,
        List<Round> recent,
        List<ShadowAnswer> comparisons,
        List<Request> requests,
        List<Proposal> proposals) {
    /** Copies the lists. */
    public SchedulingView {
        recent = List.copyOf(recent);
        comparisons = List.copyOf(comparisons);
        requests = List.copyOf(requests);
        proposals = List.copyOf(proposals);
    }

    /** A fault of a scheduler. */
    public record Failure(String scheduler, ErrorCode code, String message, long atMillis) {}

    /**
     * Sums over all rounds.
     *
     * @param placed decisions to place that were admitted
     * @param moved decisions to move that were admitted
     * @param refused decisions that were not admitted
     * @param cut decisions beyond the budget
     * @param faults rounds that failed
     * @param late answers that came after their deadline or otherwise unasked
     * @param degraded how often the built-in placement has had to step in
     */
    public record Figures(long placed, long moved, long refused, long cut, long faults, long late, long degraded) {}

    /**
     * Sums over the rounds in which a shadow was compared.
     *
     * @param rounds how many there are
     * @param failed those in which the shadow had no good plan
     * @param same decisions that both plans had
     * @param places decisions of the shadow to place
     * @param moves decisions of the shadow to move
     * @param carriedOutPlaces decisions to place of the plans that were carried out
     * @param carriedOutMoves decisions to move of the plans that were carried out
     * @param micros how long the shadow took altogether
     * @param carriedOutMicros how long the scheduler took altogether
     */
    public record ShadowFigures(
            long rounds,
            long failed,
            long same,
            long places,
            long moves,
            long carriedOutPlaces,
            long carriedOutMoves,
            long micros,
            long carriedOutMicros) {
        /** Nothing was compared yet. */
        public static final ShadowFigures NONE = new ShadowFigures(0, 0, 0, 0, 0, 0, 0, 0, 0);

        /** With one comparison more. */
        public ShadowFigures plus(ShadowAnswer answer) {
            return new ShadowFigures(
                    rounds + 1,
                    failed + (answer.failure() == null ? 0 : 1),
                    same + answer.same(),
                    places + answer.shadowed().places(),
                    moves + answer.shadowed().moves(),
                    carriedOutPlaces + answer.carriedOut().places(),
                    carriedOutMoves + answer.carriedOut().moves(),
                    micros + answer.shadowed().micros(),
                    carriedOutMicros + answer.carriedOut().micros());
        }
    }

    /**
     * One round.
     *
     * @param scheduler whose plan it is; empty for the built-in placement
     * @param outcome the planner's reason, or how the round failed
     * @param failed null if there is a plan
     */
    public record Round(
            long round,
            long atMillis,
            String scheduler,
            int placed,
            int moved,
            int refused,
            int cut,
            long micros,
            String outcome,
            @Nullable ErrorCode failed) {}

    /**
     * What came of a {@link SchedulerCommand}.
     *
     * @param number the number that it came with
     * @param state where it is
     * @param message for people
     * @param plan the proposal that it made; null if it made none
     */
    public record Request(
            long number,
            SchedulerCommand command,
            State state,
            String message,
            @Nullable Long plan) {
        /** Where a request is. */
        public enum State {
            /** Not yet decided. */
            PENDING,
            /** As it was asked. */
            DONE,
            /** Nothing has changed. */
            REFUSED
        }
    }

    /**
     * A plan that was made to be looked at.
     *
     * @param id names it
     * @param version of the state that it was made from
     * @param scheduler who made it
     */
    public record Proposal(long id, long version, long atMillis, String scheduler, Plan plan) {}
}
