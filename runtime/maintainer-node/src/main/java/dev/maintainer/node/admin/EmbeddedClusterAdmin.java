package dev.maintainer.node.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.node.whatif.ClusterSnapshot;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.planner.PlannedSpans;
import dev.maintainer.runtime.plugin.Schedulers;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in this process. Every question is answered on the thread of the maintainer that it is about, between two
 * inputs; what only planners keep, all spans, on the thread of its planner.
 */
public final class EmbeddedClusterAdmin implements ClusterAdmin {
    /** How long a node may take to answer. */
    public static final long ANSWER_MILLIS = 5_000;

    /** How long a request may wait for its round; longer than a planner may take. */
    private static final long ROUND_MILLIS = 30_000;

    private static final long POLL_MILLIS = 20;
    private static final Pattern DISPATCHER = Pattern.compile("[0-9a-f]{32}");

    private final EmbeddedCluster cluster;
    private final Schedulers schedulers;
    private final TableDirectory tables;
    private final SpanStatistics statistics;
    private final long answerMillis;
    private final CoordinatorAdmin coordinator;

    /** What nodes were asked and have not answered in time: until they do, nobody waits for them, nor asks them more. */
    private final Map<NodeId, CompletableFuture<List<MaintainerView>>> overdue = new ConcurrentHashMap<>();

    /** For a cluster that has been started. */
    public EmbeddedClusterAdmin(
            EmbeddedCluster cluster, Schedulers schedulers, TableDirectory tables, SpanStatistics statistics) {
        this(cluster, schedulers, tables, statistics, ANSWER_MILLIS);
    }

    EmbeddedClusterAdmin(
            EmbeddedCluster cluster,
            Schedulers schedulers,
            TableDirectory tables,
            SpanStatistics statistics,
            long answerMillis) {
        this.cluster = cluster;
        this.tables = tables;
        this.statistics = statistics;
        this.schedulers = schedulers;
        this.answerMillis = answerMillis;
        this.coordinator = new CoordinatorAdmin(cluster, answerMillis);
    }

    // ---- looking -----------------------------------------------------------------------------------------------

    /**
     * What the nodes have said of themselves.
     *
     * @param changefeeds of those that have answered, by name
     * @param silent those that have not
     */
    private record Survey(List<ChangefeedRow> changefeeds, List<NodeId> silent) {}

    @Override
    public List<ChangefeedRow> changefeeds() {
        return survey().changefeeds();
    }

    /** One node whose thread hangs does not hide the others: all are asked at once. */
    private Survey survey() {
        Map<NodeId, CompletableFuture<List<MaintainerView>>> asked = new HashMap<>();
        List<NodeId> live = cluster.liveNodes();
        overdue.values().removeIf(CompletableFuture::isDone);
        overdue.keySet().retainAll(live);
        for (NodeId id : live) {
            if (!overdue.containsKey(id)) {
                cluster.node(id).ifPresent(node -> asked.put(id, node.views()));
            }
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(answerMillis);
        List<ChangefeedRow> rows = new ArrayList<>();
        List<NodeId> silent = new ArrayList<>(overdue.keySet());
        for (NodeId id : live) {
            CompletableFuture<List<MaintainerView>> answer = asked.get(id);
            if (answer != null) {
                try {
                    long left = Math.max(0, deadline - System.nanoTime());
                    await(answer, left, "node " + id).forEach(view -> rows.add(new ChangefeedRow(id, view)));
                } catch (MaintainerException e) {
                    silent.add(id);
                    overdue.put(id, answer);
                }
            }
        }
        return new Survey(newest(rows), silent.stream().sorted().toList());
    }

    private static List<ChangefeedRow> newest(List<ChangefeedRow> rows) {
        rows.sort(Comparator.comparing((ChangefeedRow row) -> row.maintainer().changefeed())
                .thenComparing(row -> row.maintainer().epoch(), Comparator.reverseOrder()));
        List<ChangefeedRow> newest = new ArrayList<>();
        for (ChangefeedRow row : rows) {
            boolean older = !newest.isEmpty()
                    && newest.get(newest.size() - 1)
                            .maintainer()
                            .changefeed()
                            .equals(row.maintainer().changefeed());
            if (!older) {
                newest.add(row);
            }
        }
        return newest;
    }

    @Override
    public List<NodeRow> nodes() {
        Survey survey = survey();
        List<NodeRow> rows = new ArrayList<>();
        DrainView drain = cluster.drainView();
        for (NodeId id : cluster.liveNodes()) {
            int maintainers = 0;
            int spans = 0;
            for (ChangefeedRow each : survey.changefeeds()) {
                maintainers += each.node().equals(id) ? 1 : 0;
                spans += each.maintainer().dispatchersByNode().getOrDefault(id, 0);
            }
            rows.add(new NodeRow(
                    id,
                    cluster.isMember(id),
                    !survey.silent().contains(id),
                    maintainers,
                    spans,
                    cluster.node(id).map(Node::stuckPlanners).orElse(0),
                    drain.target().is(id) ? drain.state() : DrainView.State.NONE,
                    cluster.labels(id)));
        }
        return rows;
    }

    @Override
    public SpanPage spans(ChangefeedId changefeed, SpanQuery query) {
        if (query.node() != null) {
            refuseUnknown(new NodeId(query.node()));
        }
        List<TableId> tables = query.table() == null ? List.of() : tables(query.table());
        PlannedSpans planned = planned(changefeed);
        Map<DispatcherId, OperatorView> operators = new HashMap<>();
        operators(changefeed).forEach(each -> operators.put(each.dispatcher(), each));
        return SpanListing.page(planned, operators, this::nameOf, tables, query);
    }

    @Override
    public ClusterSnapshot snapshot(ChangefeedId changefeed) {
        PlannedSpans planned = planned(changefeed);
        if (planned.request() == null) {
            throw new MaintainerException(
                    ErrorCode.REQUEST_REFUSED,
                    "nobody has planned for " + changefeed + " under this owner yet; ask again");
        }
        return ClusterSnapshot.of(planned.request(), planned.spans());
    }

    private PlannedSpans planned(ChangefeedId changefeed) {
        NodeId owner = owner(changefeed).node();
        return await(
                node(owner).spans(changefeed),
                TimeUnit.MILLISECONDS.toNanos(answerMillis),
                "the planner of " + changefeed + " on node " + owner + ", which alone keeps all spans,");
    }

    @Override
    public List<OperatorView> operators(ChangefeedId changefeed) {
        return ask(changefeed, MaintainerInspector::operators);
    }

    @Override
    public SchedulingView scheduling(ChangefeedId changefeed) {
        return owner(changefeed).maintainer().scheduling();
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
        List<TableId> tables = tables(span);
        List<SpanExplanation> found = ask(
                changefeed,
                (maintainer, now) -> tables.stream()
                        .flatMap(table -> maintainer.explain(table, now).stream())
                        .toList());
        if (!found.isEmpty()) {
            return found;
        }
        DispatcherId dispatcher = dispatcher(changefeed, span);
        return ask(
                        changefeed,
                        (maintainer, now) ->
                                maintainer.explain(dispatcher, now).stream().toList())
                .stream()
                .findFirst()
                .map(List::of)
                .orElseThrow(() -> noSpan(changefeed, span));
    }

    @Override
    public List<PlacementObstacles> whyNot(ChangefeedId changefeed, String span, NodeId node) {
        refuseUnknown(node);
        List<SpanExplanation> spans = explain(changefeed, span);
        return ask(
                changefeed,
                (maintainer, now) -> spans.stream()
                        .flatMap(each -> maintainer.whyNot(each.dispatcher(), node, now).stream())
                        .toList());
    }

    @Override
    public CheckpointDiagnosis blame(ChangefeedId changefeed) {
        return ask(changefeed, MaintainerInspector::blame);
    }

    // ---- changing ----------------------------------------------------------------------------------------------

    @Override
    public SchedulingView.Request selectScheduler(ChangefeedId changefeed, String scheduler) {
        refuseUnknown(scheduler);
        return command(changefeed, new SchedulerCommand.Select(scheduler));
    }

    @Override
    public SchedulingView.Request shadow(ChangefeedId changefeed, @Nullable String scheduler) {
        refuseUnknown(scheduler);
        return command(changefeed, new SchedulerCommand.Shadow(scheduler));
    }

    @Override
    public SchedulingView.Proposal plan(ChangefeedId changefeed, @Nullable String scheduler) {
        refuseUnknown(scheduler);
        Long id = command(changefeed, new SchedulerCommand.Propose(scheduler)).plan();
        return scheduling(changefeed).proposals().stream()
                .filter(proposal -> id != null && proposal.id() == id)
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "plan " + id + " of " + changefeed + " was made, and is outdated already; make another"));
    }

    @Override
    public SchedulingView.Request apply(ChangefeedId changefeed, long plan) {
        return command(changefeed, new SchedulerCommand.Apply(plan));
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

    @Override
    public SchedulingView.Request intervene(
            ChangefeedId changefeed, String span, SchedulerCommand.Intervention intervention, boolean dryRun) {
        DispatcherId dispatcher = operators(changefeed).stream()
                .map(OperatorView::dispatcher)
                .filter(id -> id.toString().equals(span))
                .findFirst()
                .orElseGet(() -> ManualDecisions.one(explain(changefeed, span)));
        return command(changefeed, new SchedulerCommand.Intervene(dispatcher, intervention, dryRun));
    }

    private SchedulingView.Request decide(ChangefeedId changefeed, List<Decision> decisions, boolean dryRun) {
        return command(changefeed, new SchedulerCommand.Decide(decisions, dryRun));
    }

    @Override
    public List<PlacementRow> placements() {
        return coordinator.placements();
    }

    @Override
    public PlacementRow pause(@Nullable String changefeed, boolean paused) {
        return coordinator.pause(changefeed, paused);
    }

    @Override
    public DrainView draining() {
        return cluster.drainView();
    }

    @Override
    public DrainView drain(NodeId node) {
        refuseUnknown(node);
        return coordinator.drain(node);
    }

    @Override
    public DrainView cancelDrain() {
        return coordinator.cancelDrain();
    }

    /** A node that has ended is known, and a drain or a move says itself that it cannot be used. */
    private void refuseUnknown(NodeId node) {
        if (!cluster.knows(node)) {
            List<String> live = cluster.liveNodes().stream().map(NodeId::value).toList();
            throw unknown("unknown node '" + node + "'" + NearestName.question(node.value(), live) + "; there are "
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

    /** Asks, and waits until it is known what came of it. */
    private SchedulingView.Request command(ChangefeedId changefeed, SchedulerCommand command) {
        ChangefeedRow owner = owner(changefeed);
        node(owner.node());
        long number = cluster.command(owner.node(), changefeed, command);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS);
        while (System.nanoTime() < deadline) {
            ChangefeedRow present = owner(changefeed);
            if (!present.maintainer().epoch().equals(owner.maintainer().epoch())) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "the maintainer of " + changefeed + " has moved to " + present.node()
                                + " meanwhile, and nothing is known of the request; ask again");
            }
            for (SchedulingView.Request request :
                    present.maintainer().scheduling().requests()) {
                if (request.number() == number && request.state() != SchedulingView.Request.State.PENDING) {
                    if (request.state() == SchedulingView.Request.State.REFUSED) {
                        throw refusal(request.message());
                    }
                    return request;
                }
            }
            lookAgainLater();
        }
        throw new MaintainerException(
                ErrorCode.REQUEST_REFUSED,
                "nothing came of the request within " + ROUND_MILLIS / 1000 + " s: the maintainer of " + changefeed
                        + " does not plan, see 'ctl changefeeds'; it may still be carried out");
    }

    /** The planning of a maintainer says why, with the code in front if there is one. */
    private static MaintainerException refusal(String message) {
        for (ErrorCode code : ErrorCode.values()) {
            String prefix = code.name() + ": ";
            if (message.startsWith(prefix)) {
                return new MaintainerException(code, message.substring(prefix.length()));
            }
        }
        return new MaintainerException(ErrorCode.REQUEST_REFUSED, message);
    }

    // ---- names -------------------------------------------------------------------------------------------------

    @Override
    public ChangefeedId changefeed(@Nullable String name) {
        Survey survey = survey();
        List<ChangefeedId> all = survey.changefeeds().stream()
                .map(row -> row.maintainer().changefeed())
                .toList();
        List<ChangefeedId> whole = all.stream().filter(each -> !each.isRedo()).toList();
        if (name == null && whole.size() == 1) {
            return whole.get(0);
        }
        return all.stream()
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    if (!survey.silent().isEmpty() && (name != null || all.isEmpty())) {
                        return silent(survey);
                    }
                    refusePaused(name);
                    return unknown(
                            name == null
                                    ? all.isEmpty()
                                            ? "no changefeed has a maintainer right now; ask again"
                                            : "there are changefeeds " + all + "; name one with --changefeed"
                                    : "no changefeed is called '" + name + "' and has a maintainer"
                                            + NearestName.question(
                                                    name,
                                                    all.stream()
                                                            .map(ChangefeedId::toString)
                                                            .toList())
                                            + "; there are " + all);
                });
    }

    private ChangefeedRow owner(ChangefeedId changefeed) {
        Survey survey = survey();
        return survey.changefeeds().stream()
                .filter(row -> row.maintainer().changefeed().equals(changefeed))
                .findFirst()
                .orElseThrow(() -> {
                    refusePaused(changefeed.name());
                    return survey.silent().isEmpty()
                            ? unknown(changefeed + " has no maintainer right now; ask again")
                            : silent(survey);
                });
    }

    /** What stands still by somebody's wish has no maintainer, and whoever asks for one shall hear why. */
    private void refusePaused(@Nullable String name) {
        cluster.placements().forEach((changefeed, view) -> {
            boolean meant =
                    name == null || changefeed.name().equals(name) || (changefeed.name() + "/redo").equals(name);
            if (meant && view.wanted() == DesiredState.PAUSE) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        changefeed.name() + " is paused ("
                                + view.phase() + "): nothing of it runs, and its checkpoint stays at "
                                + view.checkpointTs() + "; 'ctl resume' lets it go on");
            }
        });
    }

    private MaintainerException silent(Survey survey) {
        return new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE,
                "nodes " + survey.silent() + " have not answered for " + answerMillis
                        + " ms, and the changefeed may be theirs; look at a thread dump of the node, or ask again");
    }

    /** By number or by name; a table that was dropped and made again is found under each of its numbers. */
    private List<TableId> tables(String name) {
        List<TableDirectory.Entry> found =
                tables.tables().stream().filter(table -> table.isCalled(name)).toList();
        if (found.stream().map(TableDirectory.Entry::name).distinct().count() > 1) {
            throw unknown("'" + name + "' is ambiguous: it may be "
                    + found.stream()
                            .map(table -> table.name() + " (number " + table.table() + ")")
                            .collect(Collectors.joining(" or "))
                    + "; give the number");
        }
        return found.stream().map(TableDirectory.Entry::table).toList();
    }

    /** A whole id needs no planner, so it can be asked for while one hangs. */
    private DispatcherId dispatcher(ChangefeedId changefeed, String beginning) {
        if (DISPATCHER.matcher(beginning).matches()) {
            return new DispatcherId(
                    Long.parseUnsignedLong(beginning, 0, 16, 16), Long.parseUnsignedLong(beginning, 16, 32, 16));
        }
        List<DispatcherId> matching = beginning.isEmpty()
                ? List.of()
                : planned(changefeed).spans().stream()
                        .map(SpanView::dispatcher)
                        .filter(id -> id.toString().startsWith(beginning))
                        .limit(2)
                        .toList();
        if (matching.isEmpty()) {
            throw noSpan(changefeed, beginning);
        }
        if (matching.size() > 1) {
            throw unknown("more than one dispatcher begins with '" + beginning + "'; give more of it");
        }
        return matching.get(0);
    }

    private MaintainerException noSpan(ChangefeedId changefeed, String name) {
        List<String> names =
                tables.tables().stream().map(TableDirectory.Entry::name).toList();
        return unknown("no span of " + changefeed + " is called '" + name + "'" + NearestName.question(name, names)
                + "; see 'ctl spans'");
    }

    private String nameOf(TableId table) {
        return tables.nameOf(table).orElse("");
    }

    static MaintainerException unknown(String message) {
        return new MaintainerException(ErrorCode.UNKNOWN_NAME, message);
    }

    // ---- waiting -----------------------------------------------------------------------------------------------

    private Node node(NodeId id) {
        return cluster.node(id)
                .orElseThrow(() ->
                        new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "node " + id + " has ended; ask again"));
    }

    private <T> T ask(ChangefeedId changefeed, BiFunction<MaintainerInspector, Long, T> question) {
        NodeId owner = owner(changefeed).node();
        return await(
                        node(owner).inspect(changefeed, question),
                        TimeUnit.MILLISECONDS.toNanos(answerMillis),
                        "node " + owner)
                .orElseThrow(() -> unknown(changefeed + " has just moved; ask again"));
    }

    private <T> T await(CompletableFuture<T> answer, long nanos, String who) {
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE,
                    who + " has not answered for " + answerMillis
                            + " ms: it hangs or has too much to do; look at a thread dump of the node, or ask again",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MaintainerException known) {
                throw known;
            }
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, who + " failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted while waiting for " + who, e);
        }
    }

    static void lookAgainLater() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted", e);
        }
    }
}
