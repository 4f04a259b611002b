package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.runtime.node.LocalNodes;
import dev.maintainer.runtime.planner.PlannedSpans;
import dev.maintainer.runtime.plugin.Schedulers;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.whatif.ClusterSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The admin interface of the maintainers of this process. Every question is answered on the thread of the maintainer that it is
 * about, between two inputs; what only planners keep, all spans, on the thread of its planner.
 */
public class LocalMaintainerAdmin implements MaintainerAdmin {
    private final LocalNodes local;
    private final Schedulers schedulers;
    private final SpanStatistics statistics;
    private final NodeQuestions nodes;
    private final ChangefeedOwners owners;
    private final SpanNames names;
    private final PlanningRequests requests;
    private final BarrierRequests barriers;

    /**
     * For nodes that have been started.
     *
     * @param tables what the spans of their changefeeds are called
     */
    public LocalMaintainerAdmin(
            LocalNodes local,
            Schedulers schedulers,
            TableDirectory tables,
            SpanStatistics statistics,
            AdminPatience patience) {
        this.local = local;
        this.schedulers = schedulers;
        this.statistics = statistics;
        this.nodes = new NodeQuestions(local, patience.answer());
        this.owners = new ChangefeedOwners(local, nodes);
        this.names = new SpanNames(owners, tables);
        this.requests = new PlanningRequests(local, nodes, owners, patience.round());
        this.barriers = new BarrierRequests(local, nodes, owners, patience.decision());
    }

    /** What all nodes have answered. */
    final Survey survey() {
        return nodes.survey();
    }

    @Override
    public ChangefeedId changefeed(@Nullable String name) {
        return owners.named(name);
    }

    @Override
    public SpanPage spans(ChangefeedId changefeed, SpanQuery query) {
        if (query.node() != null) {
            refuseUnknown(new NodeId(query.node()));
        }
        List<TableId> tables = query.table() == null ? List.of() : names.tables(query.table());
        PlannedSpans planned = owners.planned(changefeed);
        Map<DispatcherId, OperatorView> operators = new HashMap<>();
        operators(changefeed).forEach(each -> operators.put(each.dispatcher(), each));
        return SpanListing.page(planned, operators, names::nameOf, tables, query);
    }

    @Override
    public ClusterSnapshot snapshot(ChangefeedId changefeed) {
        PlannedSpans planned = owners.planned(changefeed);
        if (planned.request() == null) {
            throw new MaintainerException(
                    ErrorCode.REQUEST_REFUSED,
                    "nobody has planned for " + changefeed + " under this owner yet; ask again");
        }
        return ClusterSnapshot.of(planned.request(), planned.spans());
    }

    @Override
    public List<OperatorView> operators(ChangefeedId changefeed) {
        return owners.ask(changefeed, MaintainerInspector::operators);
    }

    @Override
    public SchedulingView scheduling(ChangefeedId changefeed) {
        return owners.ownerOf(changefeed).maintainer().scheduling();
    }

    @Override
    public List<SchedulerRow> schedulers(ChangefeedId changefeed) {
        SchedulingView view = scheduling(changefeed);
        return schedulers.catalog().entries().stream()
                .map(entry ->
                        new SchedulerRow(entry, use(view, entry.descriptor().name())))
                .toList();
    }

    private static String use(SchedulingView view, String name) {
        if (name.equals(view.scheduler())) {
            return "plans, " + view.condition();
        }
        return name.equals(view.trial()) ? "on trial" : name.equals(view.shadow()) ? "shadow" : "";
    }

    @Override
    public List<SpanExplanation> explain(ChangefeedId changefeed, String span) {
        return names.explain(changefeed, span);
    }

    @Override
    public List<PlacementObstacles> whyNot(ChangefeedId changefeed, String span, NodeId node) {
        refuseUnknown(node);
        List<SpanExplanation> spans = explain(changefeed, span);
        return owners.ask(
                changefeed,
                (maintainer, now) -> spans.stream()
                        .flatMap(each -> maintainer.whyNot(each.dispatcher(), node, now).stream())
                        .toList());
    }

    @Override
    public CheckpointDiagnosis blame(ChangefeedId changefeed) {
        return owners.ask(changefeed, MaintainerInspector::blame);
    }

    @Override
    public List<BarrierRow> barriers(ChangefeedId changefeed) {
        List<OpenBarrier> open =
                owners.ask(changefeed, (maintainer, now) -> maintainer.barriers(BarrierRow.MOST_MISSING, now));
        return open.stream()
                .map(barrier -> BarrierRow.of(barrier, names::nameOf))
                .toList();
    }

    @Override
    public SchedulingView.Request selectScheduler(ChangefeedId changefeed, String scheduler) {
        refuseUnknown(scheduler);
        return requests.carryOut(changefeed, new SchedulerCommand.Select(scheduler));
    }

    @Override
    public SchedulingView.Request shadow(ChangefeedId changefeed, @Nullable String scheduler) {
        refuseUnknown(scheduler);
        return requests.carryOut(changefeed, new SchedulerCommand.Shadow(scheduler));
    }

    @Override
    public SchedulingView.Proposal plan(ChangefeedId changefeed, @Nullable String scheduler) {
        refuseUnknown(scheduler);
        Long id = requests.carryOut(changefeed, new SchedulerCommand.Propose(scheduler))
                .plan();
        return scheduling(changefeed).proposals().stream()
                .filter(proposal -> id != null && proposal.id() == id)
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "plan " + id + " of " + changefeed + " was made, and is outdated already; make another"));
    }

    @Override
    public SchedulingView.Request apply(ChangefeedId changefeed, long plan) {
        return requests.carryOut(changefeed, new SchedulerCommand.Apply(plan));
    }

    @Override
    public SchedulingView.Request move(ChangefeedId changefeed, String span, NodeId target, boolean dryRun) {
        refuseUnknown(target);
        return decide(changefeed, ManualDecisions.move(explain(changefeed, span), target), dryRun);
    }

    @Override
    public SchedulingView.Request split(
            ChangefeedId changefeed, String span, int parts, List<String> keys, boolean dryRun) {
        List<SpanExplanation> spans = explain(changefeed, span);
        List<SpanBound> cuts = keys.isEmpty()
                ? statistics.cuts(changefeed, spans.get(0).span(), Math.max(2, parts))
                : ManualDecisions.cuts(keys);
        return decide(changefeed, ManualDecisions.split(spans, cuts), dryRun);
    }

    @Override
    public SchedulingView.Request merge(ChangefeedId changefeed, String table, boolean dryRun) {
        return decide(changefeed, ManualDecisions.merge(explain(changefeed, table)), dryRun);
    }

    private SchedulingView.Request decide(ChangefeedId changefeed, List<Decision> decisions, boolean dryRun) {
        return requests.carryOut(changefeed, new SchedulerCommand.Decide(decisions, dryRun));
    }

    @Override
    public SchedulingView.Request intervene(
            ChangefeedId changefeed, String span, SchedulerCommand.Intervention intervention, boolean dryRun) {
        DispatcherId dispatcher = operators(changefeed).stream()
                .map(OperatorView::dispatcher)
                .filter(id -> id.toString().equals(span))
                .findFirst()
                .orElseGet(() -> ManualDecisions.one(explain(changefeed, span)));
        return requests.carryOut(changefeed, new SchedulerCommand.Intervene(dispatcher, intervention, dryRun));
    }

    @Override
    public BarrierRequest decide(ChangefeedId changefeed, String event, RefusalDecision decision, boolean dryRun) {
        return barriers.decide(changefeed, event, decision, dryRun);
    }

    /** A node that has ended is known, and a drain or a move says itself that it cannot be used. */
    final void refuseUnknown(NodeId node) {
        if (!local.knows(node)) {
            List<String> live = local.liveNodes().stream().map(NodeId::value).toList();
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_NAME,
                    "unknown node '" + node + "'" + NearestName.question(node.value(), live) + "; there are "
                            + String.join(", ", live));
        }
    }

    /** A mistyped name shall not cost the changefeed a round. */
    private void refuseUnknown(@Nullable String scheduler) {
        SortedSet<String> known = schedulers.catalog().names();
        if (scheduler != null && !known.contains(scheduler)) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_SCHEDULER,
                    "no scheduler is called '" + scheduler + "'" + NearestName.question(scheduler, known)
                            + "; there are " + String.join(", ", known));
        }
    }
}
