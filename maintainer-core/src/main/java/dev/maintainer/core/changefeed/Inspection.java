package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.barrier.BarrierInspection;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.host.SchedulerHost;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorView;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks at a maintainer for people. Changes nothing. On the maintainer's thread. */
final class Inspection implements MaintainerInspector {
    private final Assignment assignment;
    private final LifecycleState lifecycle;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final SchedulerHost scheduling;
    private final DispositionCounts dispositions;
    private final SpanInspection spans;
    private final CheckpointInspection checkpoint;
    private final BarrierInspection barrier;
    private final ErrorBoard errors;

    Inspection(
            Assignment assignment,
            LifecycleState lifecycle,
            SpanState state,
            SchedulerHost scheduling,
            DispositionCounts dispositions,
            SpanInspection spans,
            CheckpointInspection checkpoint,
            BarrierInspection barrier,
            ErrorBoard errors) {
        this.assignment = assignment;
        this.lifecycle = lifecycle;
        this.registry = state.registry();
        this.operators = state.operators();
        this.scheduling = scheduling;
        this.dispositions = dispositions;
        this.spans = spans;
        this.checkpoint = checkpoint;
        this.barrier = barrier;
        this.errors = errors;
    }

    @Override
    public MaintainerView view() {
        return new MaintainerView(
                assignment.changefeed(),
                assignment.epoch(),
                lifecycle.phase(),
                checkpoint.committedTs(),
                checkpoint.resolvedTs(),
                registry.size(),
                registry.absentCount(),
                operators.size(),
                registry.boundByNode(),
                dispositions.asMap(),
                checkpoint.heldBy(),
                scheduling.view(),
                barrier.refusal(),
                errors.size(),
                errors.newest(MaintainerView.MOST_ERRORS),
                divided());
    }

    @Override
    public MaintainerFigures figures(long nowMillis) {
        return new MaintainerFigures(
                assignment.changefeed(),
                assignment.epoch(),
                operators.load(nowMillis),
                operators.refusals(),
                barrier.stillMillis(nowMillis));
    }

    private SortedMap<TableId, MaintainerView.Parts> divided() {
        TreeMap<TableId, MaintainerView.Parts> shown = new TreeMap<>();
        registry.dividedTables().stream().limit(MaintainerView.MOST_DIVIDED).forEach(table -> {
            List<SpanReplica> parts = registry.ofTable(table);
            long nodes = parts.stream()
                    .map(SpanReplica::node)
                    .filter(Objects::nonNull)
                    .distinct()
                    .count();
            shown.put(table, new MaintainerView.Parts(parts.size(), (int) nodes));
        });
        return shown;
    }

    @Override
    public List<OperatorView> operators(long nowMillis) {
        return operators.operators(nowMillis);
    }

    @Override
    public Optional<SpanExplanation> explain(DispatcherId dispatcher, long nowMillis) {
        return spans.explain(dispatcher, nowMillis);
    }

    @Override
    public List<SpanExplanation> explain(TableId table, long nowMillis) {
        return spans.explain(table, nowMillis);
    }

    @Override
    public Optional<PlacementObstacles> whyNot(DispatcherId dispatcher, NodeId node, long nowMillis) {
        return spans.whyNot(dispatcher, node, nowMillis);
    }

    @Override
    public List<OpenBarrier> barriers(int mostMissing, long nowMillis) {
        return barrier.barriers(mostMissing, nowMillis);
    }

    @Override
    public CheckpointDiagnosis blame(long nowMillis) {
        return checkpoint.blame(nowMillis);
    }
}
