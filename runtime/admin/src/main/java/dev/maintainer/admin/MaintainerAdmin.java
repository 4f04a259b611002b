package dev.maintainer.admin;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.whatif.ClusterSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at maintainers that run, and asks them for changes. Thread-safe. Whoever asks waits, for some seconds at most, and
 * the loop of a maintainer never waits for whoever asks.
 *
 * <p>All methods throw {@link dev.maintainer.api.error.MaintainerException}: with {@code UNKNOWN_NAME} if there is no
 * such thing, with {@code NODE_UNAVAILABLE} if a node that has to answer does not, with {@code REQUEST_REFUSED},
 * {@code PLAN_OUTDATED} or {@code UNKNOWN_SCHEDULER} if a change was understood and not made.
 */
public interface MaintainerAdmin {
    /** Some spans of a changefeed, as planners last saw them. */
    SpanPage spans(ChangefeedId changefeed, SpanQuery query);

    /** The operators of a changefeed, oldest first. */
    List<OperatorView> operators(ChangefeedId changefeed);

    /** The schedulers of this process, and what each is used for. */
    List<SchedulerRow> schedulers(ChangefeedId changefeed);

    /** How a changefeed is planned. */
    SchedulingView scheduling(ChangefeedId changefeed);

    /**
     * Why a span is where it is.
     *
     * @param span the name or the number of its table, or its dispatcher's id or a unique beginning of it; of several
     *     spans of one table, all
     */
    List<SpanExplanation> explain(ChangefeedId changefeed, String span);

    /** Why a span is not on a node; spans are named as in {@link #explain}. */
    List<PlacementObstacles> whyNot(ChangefeedId changefeed, String span, NodeId node);

    /** What holds the checkpoint of a changefeed. */
    CheckpointDiagnosis blame(ChangefeedId changefeed);

    /** The block events of a changefeed that are not over, in their order, and whom they wait for. */
    List<BarrierRow> barriers(ChangefeedId changefeed);

    /** What planners last saw of a changefeed, whole, to be planned for elsewhere. */
    ClusterSnapshot snapshot(ChangefeedId changefeed);

    /** The changefeed of this name, or, without a name, the only one. */
    ChangefeedId changefeed(@Nullable String name);

    /** Plans with another scheduler from the next round on; back to the present one if that round fails. */
    SchedulingView.Request selectScheduler(ChangefeedId changefeed, String scheduler);

    /** Compares the plans of another scheduler from now on; null ends that. */
    SchedulingView.Request shadow(ChangefeedId changefeed, @Nullable String scheduler);

    /** Makes a plan and keeps it, and starts nothing; null asks the present scheduler. */
    SchedulingView.Proposal plan(ChangefeedId changefeed, @Nullable String scheduler);

    /** Carries out exactly a plan that was made, or nothing of it if its preconditions have changed. */
    SchedulingView.Request apply(ChangefeedId changefeed, long plan);

    /**
     * Moves spans to a node.
     *
     * @param span as in {@link #explain}; of a table in parts, all that are elsewhere
     * @param dryRun whether to look only
     */
    SchedulingView.Request move(ChangefeedId changefeed, String span, NodeId target, boolean dryRun);

    /**
     * Splits a span. The parts are placed as any absent span is.
     *
     * @param span as in {@link #explain}; it must be one
     * @param parts into how many, by what was changed of it lately; 0 if {@code keys} say where
     * @param keys where the parts begin, but the first; empty if {@code parts} says into how many
     */
    SchedulingView.Request split(ChangefeedId changefeed, String span, int parts, List<String> keys, boolean dryRun);

    /** Merges the parts of a table, which must all run on one node. */
    SchedulingView.Request merge(ChangefeedId changefeed, String table, boolean dryRun);

    /**
     * Does something to the operator that drives a span.
     *
     * @param span as in {@link #explain}; it must be one
     * @param dryRun whether to look only: the answer says what would happen
     */
    SchedulingView.Request intervene(
            ChangefeedId changefeed, String span, SchedulerCommand.Intervention intervention, boolean dryRun);

    /**
     * Decides about a block event that the sink has refused.
     *
     * @param event as {@link #barriers} name it: {@code ddl@} or {@code syncpoint@} and its commit time
     * @param dryRun whether to look only: the answer says what would happen
     */
    BarrierRequest decide(ChangefeedId changefeed, String event, RefusalDecision decision, boolean dryRun);
}
