package dev.maintainer.core.inspect;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.operator.OperatorView;
import java.util.List;
import java.util.Optional;

/**
 * Read-only access to a maintainer. To be used on the thread that hands inputs to its host, between two inputs; what it
 * returns may be read anywhere.
 */
public interface MaintainerInspector {
    /** The whole, in short. Costs the number of nodes. */
    MaintainerView view();

    /** What is measured besides. Costs the kinds of what there is. */
    MaintainerFigures figures(long nowMillis);

    /** The operators, frozen ones included, oldest first. */
    List<OperatorView> operators(long nowMillis);

    /** Why a span is where it is; empty if it is not registered. */
    Optional<SpanExplanation> explain(DispatcherId dispatcher, long nowMillis);

    /** The spans of a table, and why they are where they are; oldest first. */
    List<SpanExplanation> explain(TableId table, long nowMillis);

    /** Why a span is not on a node; empty if it is not registered. */
    Optional<PlacementObstacles> whyNot(DispatcherId dispatcher, NodeId node, long nowMillis);

    /**
     * The block events that are not over, in their order. Costs the spans that have to come to them.
     *
     * @param mostMissing how many missing spans to name of each; at least 1
     */
    List<OpenBarrier> barriers(int mostMissing, long nowMillis);

    /** What holds the checkpoint. Costs the spans that do not run. */
    CheckpointDiagnosis blame(long nowMillis);
}
