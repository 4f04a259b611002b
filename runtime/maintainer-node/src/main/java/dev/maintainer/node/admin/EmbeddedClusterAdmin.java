package dev.maintainer.node.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.inspect.CheckpointBlame;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.planning.SchedulerCommand;
import dev.maintainer.core.planning.SchedulingView;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.LoggedTable;
import dev.maintainer.node.cluster.EmbeddedCluster;
import dev.maintainer.node.cluster.EmbeddedNode;
import dev.maintainer.node.cluster.PlannedSpans;
import dev.maintainer.node.plugin.Schedulers;
import dev.maintainer.node.whatif.ClusterPicture;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a running cluster, and asks it for changes. Every question is answered on the thread of the maintainer that
 * it is about, between two inputs; whoever asks waits, for some seconds at most. Thread-safe.
 */
public final class ClusterAdmin {
    private static final long ANSWER_MILLIS = 5_000;
    private static final long ROUND_MILLIS = 30_000;
    private static final long POLL_MILLIS = 20;

    private final EmbeddedCluster cluster;
    private final Schedulers schedulers;

    /** For a cluster that has been started. */
    public ClusterAdmin(EmbeddedCluster cluster, Schedulers schedulers) {
        this.cluster = cluster;
        this.schedulers = schedulers;
    }

    // ---- looking -----------------------------------------------------------------------------------------------

    /** All changefeeds that have a maintainer; of two owners, which there can be for a moment, the newer one. */
    public List<ChangefeedRow> changefeeds() {
        List<ChangefeedRow> rows = new ArrayList<>();
        for (NodeId id : cluster.liveNodes()) {
            Optional<EmbeddedNode> node = cluster.node(id);
            if (node.isPresent()) {
                for (MaintainerView view : await(node.get().views(), id)) {
                    rows.add(new ChangefeedRow(id, view));
                }
            }
        }
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

    /** All nodes that live. */
    public List<NodeRow> nodes() {
        List<ChangefeedRow> changefeeds = changefeeds();
        List<NodeRow> rows = new ArrayList<>();
        for (NodeId id : cluster.liveNodes()) {
            int maintainers = 0;
            int spans = 0;
            for (ChangefeedRow each : changefeeds) {
                maintainers += each.node().equals(id) ? 1 : 0;
                spans += each.maintainer().dispatchersByNode().getOrDefault(id, 0);
            }
            rows.add(new NodeRow(
                    id,
                    cluster.isMember(id),
                    maintainers,
                    spans,
                    cluster.node(id).map(EmbeddedNode::stuckPlanners).orElse(0),
                    cluster.parts().labels().getOrDefault(id, Collections.emptySortedMap())));
        }
        return rows;
    }

    /**
     * The spans of a changefeed, as planners last saw them.
     *
     * @param node only those that are bound there, or, with {@code absent}, those that are not bound; null for all
     * @param table only those of the table of this name or number; null for all
     * @param limit at most so many
     */
    public SpanPage spans(ChangefeedId changefeed, @Nullable String node, @Nullable String table, int limit) {
        PlannedSpans planned = planned(changefeed);
        Predicate<SpanView> wanted = span -> matches(span, node, table);
        List<SpanView> matching = planned.spans().stream().filter(wanted).toList();
        List<SpanRow> shown = matching.stream()
                .sorted(Comparator.comparing(SpanView::span))
                .limit(Math.max(0, limit))
                .map(span -> new SpanRow(span, nameOf(span.span().table()), span.node()))
                .toList();
        return new SpanPage(planned.request() == null ? 0 : planned.request().round(), matching.size(), shown);
    }

    private boolean matches(SpanView span, @Nullable String node, @Nullable String table) {
        NodeId at = span.node();
        boolean here =
                node == null || (at == null ? node.equals("absent") : at.value().equals(node));
        TableId id = span.span().table();
        return here && (table == null || table.equals(id.toString()) || table.equals(nameOf(id)));
    }

    /** What planners last saw of a changefeed, whole, to be planned for elsewhere. */
    public ClusterPicture snapshot(ChangefeedId changefeed) {
        PlannedSpans planned = planned(changefeed);
        if (planned.request() == null) {
            throw new MaintainerException(
                    ErrorCode.REQUEST_REFUSED,
                    "nobody has planned for " + changefeed + " under this owner yet; ask again");
        }
        return ClusterPicture.of(planned.request(), planned.spans());
    }

    private PlannedSpans planned(ChangefeedId changefeed) {
        ChangefeedRow owner = owner(changefeed);
        return await(node(owner.node()).spans(changefeed), owner.node());
    }

    /** The operators of a changefeed, oldest first. */
    public List<OperatorView> operators(ChangefeedId changefeed) {
        return ask(changefeed, MaintainerInspector::operators);
    }

    /** How a changefeed is planned. */
    public SchedulingView scheduling(ChangefeedId changefeed) {
        return owner(changefeed).maintainer().scheduling();
    }

    /** The schedulers of this process, and what each is used for. */
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

    /**
     * Why a span is where it is.
     *
     * @param span the id of its dispatcher or a unique beginning of it, or the name or number of its table; of several
     *     spans of one table, all
     */
    public List<SpanExplanation> explain(ChangefeedId changefeed, String span) {
        List<SpanExplanation> found = new ArrayList<>();
        Optional<TableId> table = table(changefeed, span);
        if (table.isPresent()) {
            found.addAll(ask(changefeed, (maintainer, now) -> maintainer.explain(table.get(), now)));
        } else {
            DispatcherId dispatcher = dispatcher(changefeed, span);
            ask(changefeed, (maintainer, now) -> maintainer.explain(dispatcher, now))
                    .ifPresent(found::add);
        }
        if (found.isEmpty()) {
            throw unknown("no span of " + changefeed + " is called '" + span + "'; see 'ctl spans'");
        }
        return found;
    }

    /** Why a span is not on a node; spans are named as in {@link #explain}. */
    public List<PlacementObstacles> whyNot(ChangefeedId changefeed, String span, NodeId node) {
        return explain(changefeed, span).stream()
                .flatMap(each ->
                        ask(changefeed, (maintainer, now) -> maintainer.whyNot(each.dispatcher(), node, now)).stream())
                .toList();
    }

    /** What holds the checkpoint of a changefeed. */
    public CheckpointBlame blame(ChangefeedId changefeed) {
        return ask(changefeed, MaintainerInspector::blame);
    }

    // ---- changing ----------------------------------------------------------------------------------------------

    /** Asks for a change or a plan, and waits until it is known what came of it. */
    public SchedulingView.Request command(ChangefeedId changefeed, SchedulerCommand command) {
        ChangefeedRow owner = owner(changefeed);
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
                        throw new MaintainerException(ErrorCode.REQUEST_REFUSED, request.message());
                    }
                    return request;
                }
            }
            pause();
        }
        throw new MaintainerException(
                ErrorCode.REQUEST_REFUSED,
                "nothing came of the request within " + ROUND_MILLIS / 1000 + " s: the maintainer of " + changefeed
                        + " does not plan, see 'ctl changefeeds'; it may still be carried out");
    }

    /** A plan that was proposed and can still be applied. */
    public SchedulingView.Proposal proposal(ChangefeedId changefeed, long id) {
        return scheduling(changefeed).proposals().stream()
                .filter(proposal -> proposal.id() == id)
                .findFirst()
                .orElseThrow(() -> unknown("there is no plan " + id + " of " + changefeed + " any more; make one"));
    }

    // ---- names -------------------------------------------------------------------------------------------------

    /** The changefeed of this name, or, without a name, the only one. */
    public ChangefeedId changefeed(@Nullable String name) {
        List<ChangefeedId> all =
                changefeeds().stream().map(row -> row.maintainer().changefeed()).toList();
        if (name == null && all.size() == 1) {
            return all.get(0);
        }
        return all.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(
                        name == null
                                ? "name a changefeed: there are " + all
                                : "no changefeed is called '" + name + "' and has a maintainer; there are " + all));
    }

    private Optional<TableId> table(ChangefeedId changefeed, String name) {
        ChangeLog log = cluster.parts().log();
        List<SpanView> spans = planned(changefeed).spans();
        for (LoggedTable table : log.tables()) {
            boolean named = table.name().toString().equals(name)
                    || table.table().toString().equals(name);
            if (named && spans.stream().anyMatch(span -> span.span().table().equals(table.table()))) {
                return Optional.of(table.table());
            }
        }
        return Optional.empty();
    }

    private DispatcherId dispatcher(ChangefeedId changefeed, String beginning) {
        List<DispatcherId> matching = planned(changefeed).spans().stream()
                .map(SpanView::dispatcher)
                .filter(id -> id.toString().startsWith(beginning))
                .limit(2)
                .toList();
        if (matching.size() != 1) {
            throw unknown(
                    matching.isEmpty()
                            ? "no span of " + changefeed + " is called '" + beginning + "'; see 'ctl spans'"
                            : "more than one dispatcher begins with '" + beginning + "'; give more of it");
        }
        return matching.get(0);
    }

    private String nameOf(TableId table) {
        return cluster.parts()
                .log()
                .table(table)
                .map(each -> each.name().toString())
                .orElse("");
    }

    private static MaintainerException unknown(String message) {
        return new MaintainerException(ErrorCode.UNKNOWN_NAME, message);
    }

    // ---- waiting -----------------------------------------------------------------------------------------------

    private ChangefeedRow owner(ChangefeedId changefeed) {
        return changefeeds().stream()
                .filter(row -> row.maintainer().changefeed().equals(changefeed))
                .findFirst()
                .orElseThrow(() -> unknown(changefeed + " has no maintainer right now; ask again"));
    }

    private EmbeddedNode node(NodeId id) {
        return cluster.node(id)
                .orElseThrow(() -> new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "node " + id + " has ended"));
    }

    private <T> T ask(ChangefeedId changefeed, BiFunction<MaintainerInspector, Long, T> question) {
        ChangefeedRow owner = owner(changefeed);
        return await(node(owner.node()).inspect(changefeed, question), owner.node())
                .orElseThrow(() -> unknown(changefeed + " has just moved; ask again"));
    }

    private static <T> T await(CompletableFuture<T> answer, NodeId node) {
        try {
            return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE,
                    "node " + node + " has not answered for " + ANSWER_MILLIS
                            + " ms; its thread hangs or has too much to do",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MaintainerException known) {
                throw known;
            }
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "node " + node + " failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted while waiting for node " + node, e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted", e);
        }
    }
}
