package dev.maintainer.core.scheduling.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.membership.RebalanceCooldown;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.PlanningSession;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.operator.DrivenSpan;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorOutput;
import dev.maintainer.operator.OperatorTimings;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.Trait;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** A scheduler that is hosted over two nodes, with planners that answer when the test says so. */
abstract class HostedScheduler {
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final NodeId SELF = A;
    static final Reason WHY = new Reason("TEST", "because");
    static final Plan KEEP = Plan.keep(WHY);

    final SpanRegistry registry = new SpanRegistry();
    final ClusterState cluster = ClusterState.of(SELF, 10_000, 120_000, Set.of());
    final Members members = cluster.members();
    /** Nodes that admission takes for dead, although the snapshot shows them. */
    final Set<NodeId> dead = new TreeSet<>();

    /** What the policy says to every admission. */
    Optional<RefusalReason> forbidden = Optional.empty();

    final OperatorController operators = new OperatorController(
            registry,
            new Output(),
            node -> members.isAlive(node) && !dead.contains(node),
            OperatorTimings.DEFAULTS,
            (dispatcher, type) -> forbidden);
    final RebalanceCooldown cooldown = cluster.cooldown();
    final FakeScheduler scheduler = new FakeScheduler();
    final FakeScheduler other = new FakeScheduler();
    final Planning planning = new Planning();
    final List<String> health = new ArrayList<>();
    final List<String> planned = new ArrayList<>();
    final List<String> changes = new ArrayList<>();
    final List<ShadowAnswer> compared = new ArrayList<>();
    long lastId;
    final PlanDemand demand = new PlanDemand();
    final SchedulerHost host = new SchedulerHost(
            new SchedulingContext(
                    new ChangefeedId("cf"),
                    new MaintainerEpoch(3),
                    cluster,
                    registry,
                    new PlacementRetries(),
                    operators,
                    () -> new DispatcherId(77, ++lastId),
                    PlanningConfig.DEFAULTS),
            SchedulerChoice.of("test"),
            planning,
            demand,
            new Outcome());

    final class Outcome implements SchedulerHost.Outcome {
        @Override
        public void health(ErrorCode code, @Nullable String message) {
            if (message != null) {
                health.add(code + ": " + message);
            } else {
                health.removeIf(each -> each.startsWith(code + ": "));
            }
        }

        @Override
        public void planned(long round, int admitted, int refused, String reason) {
            planned.add("round " + round + ": " + admitted + " admitted, " + refused + " refused; " + reason);
        }

        @Override
        public void schedulerChanged(String name, SchedulerCondition condition, String why) {
            changes.add(name + " " + condition);
        }

        @Override
        public void shadowCompared(ShadowAnswer answer) {
            compared.add(answer);
        }
    }

    /** Planners answer when the test says so. */
    final class Planning implements PlanningPort, PlannerSource {
        Set<Trait> claims = Set.of();
        PlanningSession session = fresh();
        final ArrayDeque<PlanRequest> asked = new ArrayDeque<>();
        int drops;
        int restarts;

        PlanningSession fresh() {
            return new PlanningSession(this, () -> 0);
        }

        @Override
        public Scheduler create(String name) {
            return switch (name) {
                case "test" -> scheduler;
                case "other" -> other;
                default -> throw new MaintainerException(ErrorCode.UNKNOWN_SCHEDULER, "no '" + name + "'");
            };
        }

        @Override
        public Set<Trait> traits(String name) {
            return claims;
        }

        @Override
        public void ask(PlanRequest request) {
            asked.add(request);
            restarts += request.delta().complete() ? 1 : 0;
        }

        @Override
        public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
            drops++;
            asked.clear();
            session = fresh();
        }

        void answer(long now) {
            PlanRequest request = asked.remove();
            PlanAnswer answer = session.plan(request);
            assertThat(host.answered(answer, now)).isTrue();
            if (request.shadow() != null && answer instanceof PlanAnswer.Planned) {
                assertThat(host.shadowAnswered(request.round(), session.shadow()))
                        .isTrue();
            }
        }
    }

    /** Asks if there is a reason to, and has it answered at once. */
    void plan(boolean tick, long now) {
        host.planIfWanted(tick, now);
        while (!planning.asked.isEmpty()) {
            planning.answer(now);
        }
    }

    final class Output implements OperatorOutput {
        @Override
        public void send(
                DispatcherId dispatcher,
                @Nullable DrivenSpan span,
                OperatorType intent,
                OperatorCommand command,
                long request) {}

        @Override
        public void finished(DispatcherId dispatcher, @Nullable DrivenSpan span, OperatorType type) {
            demand.operatorFinished();
        }
    }

    /** Returns what it is told to, and remembers what it saw. */
    static final class FakeScheduler implements Scheduler {
        final List<List<RefusedDecision>> refusedSeen = new ArrayList<>();
        final List<Long> seeds = new ArrayList<>();
        Supplier<Plan> answer = () -> KEEP;

        @Override
        public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
            refusedSeen.add(snapshot.refused());
            seeds.add(snapshot.seed());
            return answer.get();
        }

        int calls() {
            return refusedSeen.size();
        }
    }

    static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    void absent(long n) {
        registry.addAbsent(id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), 100);
    }

    static Plan placing(NodeId target, long... spans) {
        return Plan.of(
                LongStream.of(spans)
                        .mapToObj(n -> new Decision.Place(id(n), target, WHY))
                        .toList(),
                WHY);
    }

    @BeforeEach
    void twoNodesThatHaveAnswered() {
        members.note(Membership.of(1, List.of(A, B)));
        members.adopt();
        for (NodeId node : List.of(A, B)) {
            members.answered(
                    node,
                    new BootstrapSnapshot(new ChangefeedId("cf"), new MaintainerEpoch(3), 1, 0, List.of(), List.of()),
                    false);
        }
    }

    enum Fault {
        THROWS,
        ASSERTS,
        DOES_NOT_LINK,
        RECURSES,
        RETURNS_NULL,
        PLACES_ON_AN_UNKNOWN_NODE,
        PLACES_TWICE
    }

    @SuppressWarnings("NullAway")
    static Plan misbehave(Fault fault) {
        return switch (fault) {
            case THROWS -> throw new IllegalArgumentException("planner is confused");
            case ASSERTS -> throw new AssertionError("planner is confused");
            case DOES_NOT_LINK -> throw new NoClassDefFoundError("gone/Away");
            case RECURSES -> throw new StackOverflowError();
            case RETURNS_NULL -> null;
            case PLACES_ON_AN_UNKNOWN_NODE ->
                Plan.of(
                        List.of(
                                new Decision.Place(id(1), A, WHY),
                                new Decision.Place(id(2), new NodeId("nowhere"), WHY)),
                        WHY);
            case PLACES_TWICE -> placing(A, 1, 1);
        };
    }

    SchedulingView.Request request(long number) {
        return host.view().requests().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow();
    }
}
