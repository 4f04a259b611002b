package dev.maintainer.node.metrics;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.node.metrics.NodeActivity.Hosted;
import dev.maintainer.operator.OperatorLoad;
import dev.maintainer.runtime.metrics.MetricSample;
import dev.maintainer.runtime.metrics.Metrics;
import dev.maintainer.runtime.node.NodeStatistics;
import dev.maintainer.runtime.peer.NetworkStatistics.PeerStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Brings the values of a node to its metrics, when somebody looks. */
public final class NodeMetrics {
    /** So many changefeeds are shown by name; the others together. */
    static final int MOST_CHANGEFEEDS = 300;
    /** So many peers are shown by name; the others together. */
    static final int MOST_PEERS = 50;

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final MeasuredNode node;
    private final Supplier<Long> wallMillis;

    private NodeMetrics(MeasuredNode node, Supplier<Long> wallMillis) {
        this.node = node;
        this.wallMillis = wallMillis;
    }

    /**
     * Registers everything.
     *
     * @param metrics where it is shown
     * @param node whose it is
     * @param wallMillis the wall clock
     */
    public static void register(Metrics metrics, MeasuredNode node, Supplier<Long> wallMillis) {
        NodeMetrics all = new NodeMetrics(node, wallMillis);
        for (NodeMetric metric : NodeMetric.values()) {
            metrics.register(metric.family(), () -> all.samples(metric));
        }
    }

    private List<MetricSample> samples(NodeMetric metric) {
        return switch (metric) {
            case CHECKPOINT_TS -> hosted(Math::min, each -> each.view().checkpointTs());
            case CHECKPOINT_LAG -> changefeeds(Math::max, this::lag);
            case CHECKPOINT_AGE -> hosted(Math::max, each -> (node.activity().nanos() - each.raisedNanos()) / NANOS);
            case RESOLVED_TS -> hosted(Math::min, each -> each.view().resolvedTs());
            case SPANS -> hosted(Double::sum, each -> each.view().spans());
            case SPANS_ABSENT -> hosted(Double::sum, each -> each.view().absent());
            case OPERATORS -> operators(Double::sum, OperatorLoad::count);
            case OPERATORS_OLDEST -> operators(Math::max, load -> load.oldestMillis() / MILLIS);
            case BARRIER_STILL -> hosted(Math::max, NodeMetrics::barrierStill);
            case BARRIER_REFUSED -> hosted(Double::sum, each -> each.view().refused() == null ? 0 : 1);
            case SCHEDULER_DEGRADED ->
                hosted(Double::sum, each -> each.view().scheduling().condition() == SchedulerCondition.HEALTHY ? 0 : 1);
            case DECISIONS -> counts(node.activity().decisions());
            case PLANNER_ROUNDS -> node.node().planning().samples();
            case PLANNER_STUCK -> one(node.node().stuckPlanners());
            case OPERATOR_REFUSALS -> counts(node.activity().operatorRefusals());
            case HOST_MESSAGES -> hostMessages();
            case SUPPRESSED -> counts(node.activity().suppressed());
            case DISPATCHERS -> dispatchers();
            case WORKER_MESSAGES -> workerMessages();
            case WORKER_FAULTS -> numbers(node.node().worker().faults());
            case HANDOFFS -> node.activity().handoffs().samples();
            case OWNERS -> counts(node.activity().owners());
            case EXPULSIONS -> one((double) node.activity().expulsions());
            case REPORTS_REFUSED -> counts(node.activity().reportsRefused());
            case CHANGEFEEDS -> changefeedStates();
            case LOOP_WAITING -> loops(NodeStatistics.Loop::waiting);
            case LOOP_DROPPED -> loops(NodeStatistics.Loop::dropped);
            case LOOP_SLOW -> loops(NodeStatistics.Loop::slow);
            case LOOP_FAILURES -> loops(NodeStatistics.Loop::failures);
            case LOOP_IDLE -> loops(loop -> loop.idleNanos() / NANOS);
            case TRANSPORT_EVENTS -> transportEvents();
            case PEER_QUEUED -> peers(Double::sum, each -> OptionalDouble.of(each.queued()));
            case PEER_QUEUED_BYTES -> peers(Double::sum, each -> OptionalDouble.of((double) each.queuedBytes()));
            case PEER_QUEUED_AGE -> peers(Math::max, each -> OptionalDouble.of(each.oldestMillis() / MILLIS));
            case PEER_GENERATION -> peers(Math::max, each -> OptionalDouble.of((double) each.generation()));
            case PEER_ROUND_TRIP ->
                peers(
                        Math::max,
                        each -> each.roundTripNanos().isEmpty()
                                ? OptionalDouble.empty()
                                : OptionalDouble.of(each.roundTripNanos().getAsLong() / NANOS));
            case PEER_SKEW ->
                peers(
                        (one, other) -> Math.abs(one) > Math.abs(other) ? one : other,
                        each -> each.skewMillis().isEmpty()
                                ? OptionalDouble.empty()
                                : OptionalDouble.of(each.skewMillis().getAsLong() / MILLIS));
            case LEASE_REMAINING -> one(node.cluster().leaseRemainingNanos() / NANOS);
            case LEASE_LEAST -> one(node.cluster().leastRemainingNanos() / NANOS);
            case LEASE_EXPIRATIONS -> one((double) node.cluster().expirations());
            case HELD_WRITES -> one((double) node.cluster().heldWrites());
            case STORE_REQUESTS -> storeRequests();
            case STORE_CONNECTED -> one(node.isStoreConnected() ? 1 : 0);
            case ROSTER_VERSION -> one((double) node.rosterVersion());
            case ROSTER_LAG -> one((double) Math.max(0, node.network().rosterVersion() - node.rosterVersion()));
            case ROSTER_MEMBERS -> one(node.members());
            case LEADER_EPOCH -> one((double) node.leaderEpoch());
            case READY -> one(node.isReady() ? 1 : 0);
            case ADMIN_ANSWERS -> adminAnswers();
        };
    }

    private static List<MetricSample> one(double value) {
        return List.of(MetricSample.of(value));
    }

    private static List<MetricSample> counts(Map<String, LongAdder> counts) {
        List<MetricSample> samples = new ArrayList<>();
        counts.forEach((label, count) -> samples.add(MetricSample.of((double) count.sum(), label)));
        return samples;
    }

    private static List<MetricSample> numbers(Map<String, Long> counts) {
        List<MetricSample> samples = new ArrayList<>();
        counts.forEach((label, count) -> samples.add(MetricSample.of(count, label)));
        return samples;
    }

    // ---- changefeeds -----------------------------------------------------------------------------------------------

    private List<MetricSample> hosted(DoubleBinaryOperator join, ToDoubleFunction<Hosted> value) {
        return changefeeds(join, (changefeed, each) -> OptionalDouble.of(value.applyAsDouble(each)));
    }

    private interface Value {
        OptionalDouble of(ChangefeedId changefeed, Hosted each);
    }

    private List<MetricSample> changefeeds(DoubleBinaryOperator join, Value value) {
        List<MetricSample> samples = new ArrayList<>();
        node.activity()
                .hosted()
                .forEach((changefeed, each) -> value.of(changefeed, each)
                        .ifPresent(known -> samples.add(MetricSample.of(known, changefeed.toString()))));
        return BoundedLabels.first(samples, MOST_CHANGEFEEDS, join);
    }

    private OptionalDouble lag(ChangefeedId changefeed, Hosted each) {
        OptionalLong wall = node.wallMillis(changefeed, each.view().checkpointTs());
        return wall.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, wallMillis.get() - wall.getAsLong()) / MILLIS);
    }

    private static double barrierStill(Hosted each) {
        MaintainerFigures figures = each.figures();
        return figures == null ? 0 : figures.barrierStillMillis() / MILLIS;
    }

    private List<MetricSample> operators(DoubleBinaryOperator join, ToDoubleFunction<OperatorLoad> value) {
        List<MetricSample> samples = new ArrayList<>();
        node.activity().hosted().forEach((changefeed, each) -> {
            MaintainerFigures figures = each.figures();
            if (figures != null) {
                figures.operators()
                        .forEach((type, load) -> samples.add(
                                MetricSample.of(value.applyAsDouble(load), changefeed.toString(), lower(type))));
            }
        });
        return BoundedLabels.first(samples, MOST_CHANGEFEEDS, join);
    }

    private List<MetricSample> changefeedStates() {
        Map<String, Long> states = new TreeMap<>();
        node.changefeeds().values().forEach(view -> states.merge(lower(view.wanted()), 1L, Long::sum));
        return numbers(states);
    }

    // ---- the rest --------------------------------------------------------------------------------------------------

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private List<MetricSample> hostMessages() {
        List<MetricSample> samples = new ArrayList<>();
        node.activity().messages().forEach((key, count) -> {
            int slash = key.lastIndexOf('/');
            samples.add(MetricSample.of(
                    (double) count.sum(),
                    key.substring(0, slash),
                    key.substring(slash + 1).toLowerCase(Locale.ROOT)));
        });
        return samples;
    }

    private List<MetricSample> dispatchers() {
        List<MetricSample> samples = new ArrayList<>();
        node.node().dispatchers().forEach((state, count) -> samples.add(MetricSample.of(count, lower(state))));
        return samples;
    }

    private List<MetricSample> workerMessages() {
        List<MetricSample> samples = new ArrayList<>();
        node.node()
                .worker()
                .snapshot()
                .forEach((outcome, count) ->
                        samples.add(MetricSample.of(count, outcome.kind(), lower(outcome.disposition()))));
        return samples;
    }

    private List<MetricSample> loops(ToDoubleFunction<NodeStatistics.Loop> value) {
        List<MetricSample> samples = new ArrayList<>();
        node.node().loops().forEach((name, loop) -> samples.add(MetricSample.of(value.applyAsDouble(loop), name)));
        return samples;
    }

    private List<MetricSample> transportEvents() {
        List<MetricSample> samples = new ArrayList<>();
        node.network()
                .counts()
                .forEach((event, count) -> samples.add(MetricSample.of(count, event.what(), event.of(), event.kind())));
        return samples;
    }

    private List<MetricSample> peers(DoubleBinaryOperator join, Function<PeerStatistics, OptionalDouble> value) {
        List<MetricSample> samples = new ArrayList<>();
        node.network()
                .peers()
                .forEach(each ->
                        value.apply(each).ifPresent(known -> samples.add(MetricSample.of(known, nameOf(each.peer())))));
        return BoundedLabels.first(samples, MOST_PEERS, join);
    }

    /** A node keeps its name when it is started again, and gets another id: time series shall go on. */
    private static String nameOf(NodeId peer) {
        int dot = peer.value().lastIndexOf('.');
        return dot < 0 ? peer.value() : peer.value().substring(0, dot);
    }

    /** The names are in pairs there, with a blank between. */
    private static List<String> pair(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? List.of(text, "") : List.of(text.substring(0, blank), text.substring(blank + 1));
    }

    private List<MetricSample> storeRequests() {
        return node.cluster().requests().samples().stream()
                .map(each -> new MetricSample(pair(each.labels().get(0)), each.value(), each.seconds()))
                .toList();
    }

    private List<MetricSample> adminAnswers() {
        List<MetricSample> samples = new ArrayList<>();
        node.adminAnswers().forEach((key, count) -> samples.add(new MetricSample(pair(key), count, 0)));
        return samples;
    }
}
