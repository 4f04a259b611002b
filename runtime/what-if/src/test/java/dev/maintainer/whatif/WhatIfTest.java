package dev.maintainer.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Rejection;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.whatif.Loads.NodeLoad;
import dev.maintainer.whatif.WhatIfResult.Cycle;
import dev.maintainer.whatif.WhatIfResult.Problem;
import dev.maintainer.whatif.testing.Snapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhatIfTest {
    private static final Reason WHY = new Reason("WHY", "because");
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");

    /** Moves one span to the other of two nodes, and back, for ever. */
    static final Scheduler BACK_AND_FORTH = (snapshot, budget) -> {
        DispatcherId first = new DispatcherId(1, 1);
        NodeId node = snapshot.span(first).map(SpanView::node).orElseThrow();
        return Plan.of(List.of(new Decision.Move(first, node, node.equals(N1) ? N2 : N1, WHY)), WHY);
    };

    private static Problem problem(WhatIfResult result) {
        assertThat(result.settled()).isFalse();
        return Objects.requireNonNull(result.problem());
    }

    // ---- events ------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("events are read as they are written; labels begin at the first part with an equals sign")
    void events() {
        assertThat(WhatIfEvent.parse("node-join=n6"))
                .isEqualTo(new WhatIfEvent.NodeJoins(new NodeId("n6"), new TreeMap<>()));
        assertThat(WhatIfEvent.parse("node-join=host:8300:zone=b:weight=2:url=x=y"))
                .isEqualTo(new WhatIfEvent.NodeJoins(
                        new NodeId("host:8300"), new TreeMap<>(Map.of("zone", "b", "weight", "2", "url", "x=y"))));
        assertThat(WhatIfEvent.parse("node-leave=host:8300"))
                .isEqualTo(new WhatIfEvent.NodeLeaves(new NodeId("host:8300")));
        assertThat(WhatIfEvent.parse("node-drain=n2")).isEqualTo(new WhatIfEvent.NodeDrains(N2));
        assertThat(WhatIfEvent.parse("table-add=3")).isEqualTo(new WhatIfEvent.TablesAdded(3));
        assertThat(WhatIfEvent.parse("table-drop=7")).isEqualTo(new WhatIfEvent.TableDropped(new TableId(7)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "node-joins=n1|did you mean 'node-join'?",
                "``|no such event",
                "node-join|must not be blank",
                "node-join=zone=b|a node id must come before",
                "node-join=n1:zone=a:weight|label 'weight' must look like LABEL=VALUE",
                "node-join=n1:zone=a:zone=b|is there twice",
                "table-add=none|'none' is no whole number",
                "table-add=0|from 1 to 1000000",
                "table-drop=-1|from 0 to"
            })
    @DisplayName("what is no event is refused with the syntax")
    void badEvents(String event, String message) {
        assertThatThrownBy(() -> WhatIfEvent.parse(event))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("events are node-join=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node-leave=m2|unknown node m2, did you mean 'n2'?",
                "node-drain=somewhere|unknown node somewhere; there are [n1, n2, n3]",
                "node-join=n2|the node is there already",
                "table-drop=31|no span is of this table"
            })
    @DisplayName("what cannot happen to this cluster is refused")
    void impossible(String event, String message) {
        assertThatThrownBy(() -> Snapshots.settle(Snapshots.even(3, 10), "balance", Snapshots.BUILT_IN, event))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(message);
    }

    @Test
    @DisplayName("the snapshot, what events make of it, and the end are told apart")
    void threeLoads() {
        WhatIfResult result = Snapshots.settle(
                Snapshots.even(4, 10),
                "balance",
                Snapshots.BUILT_IN,
                "node-leave=n2",
                "node-join=n5:zone=b",
                "table-drop=1",
                "table-add=4");

        assertThat(result.settled()).isTrue();
        assertThat(result.snapshot().byNode()).hasSize(4).containsEntry(N2, new NodeLoad(10, true));
        assertThat(result.before().byNode().keySet()).extracting(NodeId::value).containsExactly("n1", "n3", "n4", "n5");
        assertThat(result.before().of(N1)).isEqualTo(9);
        assertThat(result.before().spread()).isEqualTo(10);
        assertThat(result.after().byNode().values())
                .extracting(NodeLoad::spans)
                .contains(11)
                .allMatch(n -> n >= 10);
        assertThat(result.after().spread()).isLessThanOrEqualTo(1);
        assertThat(result.absent()).isZero();
        assertThat(result.places()).isEqualTo(14);
        assertThat(result.nodes()).hasSize(5);
    }

    // ---- settling ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"basic", "balance"})
    @DisplayName("the built-in schedulers settle, whatever the cluster looks like, with one plan more than rounds")
    void builtIn(String scheduler) {
        for (long seed = 0; seed < 40; seed++) {
            ClusterSnapshot any = Snapshots.any(seed);
            ClusterSnapshot picture =
                    new ClusterSnapshot("orders", 0, seed, new Budget(100, 50, 20), any.nodes(), any.spans());
            WhatIfResult result = Snapshots.settle(picture, scheduler, Snapshots.BUILT_IN, "node-join=new:zone=z");

            assertThat(result.problem()).as("seed %d", seed).isNull();
            assertThat(result.absent()).isZero();
            assertThat(result.micros())
                    .as("asked once more at the end, and once when the calm after a drain is over")
                    .hasSizeBetween(result.rounds() + 1, result.rounds() + 2)
                    .allMatch(micros -> micros == 1_000);
            assertThat(result.movesPerRound()).hasSize(result.rounds()).allMatch(moves -> moves <= 50);
            assertThat(result.moves())
                    .isEqualTo(result.movesPerRound().stream()
                            .mapToLong(Integer::longValue)
                            .sum());
        }
    }

    @Test
    @DisplayName("balance is even in the end; basic moves nothing")
    void balance() {
        WhatIfResult balance = Snapshots.settle(
                Snapshots.even(8, 100), "balance", Snapshots.BUILT_IN, "node-join=n9", "node-leave=n1");
        WhatIfResult basic =
                Snapshots.settle(Snapshots.even(8, 100), "basic", Snapshots.BUILT_IN, "node-join=n9", "node-leave=n1");

        assertThat(balance.after().spread()).isLessThanOrEqualTo(1);
        assertThat(balance.after().variation()).isLessThan(0.01);
        assertThat(basic.moves()).isZero();
        assertThat(basic.settled()).isTrue();
    }

    @Test
    @DisplayName("a drained node gets empty")
    void drains() {
        WhatIfResult drained = Snapshots.settle(Snapshots.even(4, 10), "balance", Snapshots.BUILT_IN, "node-drain=n2");

        assertThat(drained.after().byNode()).containsEntry(N2, new NodeLoad(0, false));
        assertThat(drained.after().spread()).isLessThanOrEqualTo(1);
    }

    @Test
    @DisplayName("a node is emptied at the pace of the core, a hundredth of it at once and ten at least, in calm")
    void drainsAtThePaceOfTheCore() {
        List<Boolean> calms = new ArrayList<>();
        Scheduler watched = (snapshot, budget) -> {
            calms.add(snapshot.isRebalanceSuspended());
            return Snapshots.BUILT_IN.create("balance").plan(snapshot, budget);
        };

        WhatIfResult drained = Snapshots.settle(Snapshots.even(4, 40), watched, "node-join=n5", "node-drain=n2");

        assertThat(drained.movesPerRound()).startsWith(10, 10, 10, 10);
        assertThat(drained.movedByCore()).isZero();
        assertThat(drained.after().of(N2)).isZero();
        assertThat(calms).startsWith(true).endsWith(false);
        assertThat(drained.after().spread())
                .as("evened out when the calm is over")
                .isLessThanOrEqualTo(1);
    }

    @Test
    @DisplayName("if a scheduler moves nothing off a node that is emptied, the core does, and the result says so")
    void theCoreStandsIn() {
        WhatIfResult basic = Snapshots.settle(Snapshots.even(4, 10), "basic", Snapshots.BUILT_IN, "node-drain=n2");

        assertThat(basic.settled()).isTrue();
        assertThat(basic.after().of(N2)).isZero();
        assertThat(basic.movedByCore()).isEqualTo(10).isEqualTo(basic.moves());
        assertThat(basic.after().spread()).isLessThanOrEqualTo(1);
    }

    @Test
    @DisplayName("evening out waits while a node is emptied, and what restores a constraint does not")
    void calm() {
        Scheduler pins = (snapshot, budget) -> {
            NodeId at = snapshot.span(new DispatcherId(1, 1)).orElseThrow().node();
            List<Decision> decisions = new ArrayList<>();
            if (N1.equals(at)) {
                decisions.add(
                        new Decision.Move(new DispatcherId(1, 1), N1, new NodeId("n3"), WHY).restoringConstraint());
            } else if (snapshot.isRebalanceSuspended()) {
                decisions.add(new Decision.Move(new DispatcherId(1, 2), N1, new NodeId("n3"), WHY));
            }
            return Plan.of(decisions, WHY);
        };
        WhatIfResult result = Snapshots.settle(
                Snapshots.even(3, 5), "own", claiming(pins, Trait.RESTORES_CONSTRAINTS), "node-drain=n2");

        assertThat(result.settled()).isTrue();
        assertThat(result.moves())
                .as("one restored, five off n2 by the core, and none that had to wait")
                .isEqualTo(6);
        assertThat(result.movedByCore()).isEqualTo(5);
    }

    private static PlannerSource claiming(Scheduler planner, Trait... claims) {
        return new PlannerSource() {
            @Override
            public Scheduler create(String name) {
                return planner;
            }

            @Override
            public Set<Trait> traits(String name) {
                return Set.of(claims);
            }
        };
    }

    @Test
    @DisplayName("loads are compared by weight; 0 means that a node gets nothing")
    void weights() {
        WhatIfResult result = Snapshots.settle(
                Snapshots.even(2, 30),
                "balance",
                Snapshots.BUILT_IN,
                "node-join=n3:weight=4",
                "node-join=n4:weight=0",
                "table-add=30");

        assertThat(result.after().of(new NodeId("n4"))).isZero();
        assertThat(result.after().of(new NodeId("n3"))).isEqualTo(60);
        assertThat(result.after().isWeighted()).isTrue();
        assertThat(result.after().spread()).isZero();
        assertThat(result.after().variation()).isZero();
        assertThat(result.before().spread())
                .as("the two have 20 beyond their shares of 10")
                .isEqualTo(60);
    }

    @Test
    @DisplayName("a planner that does not answer has the deadline of the host: longer by what the snapshot is longer")
    void deadline() {
        List<Duration> limits = new ArrayList<>();
        WhatIf cluster = new WhatIf(Snapshots.even(2, 500), 100);

        WhatIfResult result = cluster.settle(
                "asleep",
                name -> (snapshot, budget) -> Plan.keep(WHY),
                10,
                Snapshots.milliseconds(),
                (what, limit, planning) -> {
                    limits.add(limit);
                    throw new TimeoutException(what + " is still asleep");
                });

        assertThat(problem(result).message()).isEqualTo("PLAN_TIMED_OUT: plan() of 'asleep' is still asleep");
        assertThat(limits).containsExactly(Duration.ofMillis(110));
    }

    @Test
    @DisplayName("each group's evenness is told where there are several")
    void groups() {
        List<SpanView> spans = new ArrayList<>(Snapshots.even(2, 6).spans());
        for (int i = 1; i <= 4; i++) {
            TableSpan part = new TableSpan(new TableId(99), SpanBound.before("k" + i), SpanBound.before("k" + (i + 1)));
            spans.add(new SpanView(new DispatcherId(9, i), part, spans.get(0).schema(), GroupId.of(part), N1));
        }
        ClusterSnapshot picture = new ClusterSnapshot(
                "orders", 1, 1, new Budget(100, 100, 100), Snapshots.even(2, 6).nodes(), spans);

        WhatIfResult result = Snapshots.settle(picture, "balance", Snapshots.BUILT_IN, "node-drain=n1");

        assertThat(result.groups()).hasSize(2);
        assertThat(result.groups().get(1).spans()).isEqualTo(4);
        assertThat(result.groups().get(1).before().of(N1)).isEqualTo(4);
        assertThat(result.groups().get(1).before().of(N2)).isZero();
        assertThat(result.groups().get(1).after().of(N2)).isEqualTo(4);
        assertThat(result.groups().get(0).after().of(N2)).isEqualTo(12);
        assertThat(Snapshots.settle(Snapshots.even(2, 6), "balance", Snapshots.BUILT_IN)
                        .groups())
                .isEmpty();
    }

    @Test
    @DisplayName("planners see what production shows: deltas, rising rounds, nothing under way")
    void asInProduction() {
        List<Long> rounds = new ArrayList<>();
        Snapshots.settle(
                Snapshots.even(2, 5),
                (snapshot, budget) -> {
                    rounds.add(snapshot.round());
                    assertThat(snapshot.inFlightCount()).isZero();
                    assertThat(snapshot.size(GroupId.DEFAULT)).isEqualTo(13);
                    assertThat(snapshot.nodes()).allMatch(node -> node.inFlight() == 0);
                    assertThat(snapshot.nodes().stream()
                                    .mapToInt(NodeView::load)
                                    .sum())
                            .isEqualTo(13 - snapshot.absentCount(GroupId.DEFAULT));
                    return placeOne(snapshot);
                },
                "table-add=3",
                "node-leave=n2");
        assertThat(rounds).hasSize(9).startsWith(43L, 44L).endsWith(51L);
    }

    private static Plan placeOne(SchedulingSnapshot snapshot) {
        for (SpanView span : snapshot.absent(GroupId.DEFAULT)) {
            return Plan.of(List.of(new Decision.Place(span.dispatcher(), N1, WHY)), WHY);
        }
        return Plan.keep(WHY);
    }

    // ---- what does not settle ----------------------------------------------------------------------------------

    @Test
    @DisplayName("a scheduler that takes back what it did is told with the circle and an example")
    void circle() {
        WhatIfResult result = Snapshots.settle(Snapshots.even(2, 5), BACK_AND_FORTH);

        Cycle cycle = Objects.requireNonNull(problem(result).cycle());
        assertThat(cycle.from()).isZero();
        assertThat(cycle.to()).isEqualTo(2);
        assertThat(cycle.moves()).isEqualTo(2);
        assertThat(cycle.example()).containsExactly("move " + new DispatcherId(1, 1) + " from n2 to n1 (WHY: because)");
        assertThat(problem(result).message()).contains("a circle of 2 rounds and 2 moves");
        assertThat(result.rounds()).isEqualTo(2);
    }

    @Test
    @DisplayName("a scheduler that has still decisions after the last round is told; one that has none is not")
    void tooLong() {
        Scheduler slow = (snapshot, budget) -> placeOne(snapshot);
        assertThat(Snapshots.settle(Snapshots.even(2, 1), slow, "table-add=50").settled())
                .isTrue();

        WhatIfResult result = Snapshots.settle(Snapshots.even(2, 1), slow, "table-add=51");

        assertThat(problem(result).message()).isEqualTo("it still had decisions after 50 rounds");
        assertThat(problem(result).advice()).contains("--rounds");
        assertThat(result.rounds()).isEqualTo(50);
        assertThat(result.absent()).isEqualTo(1);
    }

    @Test
    @DisplayName("a scheduler that throws, returns nothing or talks nonsense is told as the guard tells it")
    void faults() {
        WhatIfResult throwing = Snapshots.settle(Snapshots.even(2, 5), (snapshot, budget) -> {
            throw new IllegalStateException("no idea");
        });
        assertThat(problem(throwing).message()).contains("SCHEDULER_FAILED", "no idea");
        assertThat(throwing.micros()).hasSize(1);

        WhatIfResult nothing = Snapshots.settle(Snapshots.even(2, 5), (snapshot, budget) -> nothing());
        assertThat(problem(nothing).message()).contains("SCHEDULER_FAILED", "null");

        WhatIfResult full = Snapshots.settle(Snapshots.even(2, 5), (snapshot, budget) -> {
            throw new OutOfMemoryError("planned");
        });
        assertThat(problem(full).message()).contains("SCHEDULER_FAILED", "planned");

        Decision nonsense = new Decision.Place(new DispatcherId(9, 9), N1, WHY);
        WhatIfResult talking =
                Snapshots.settle(Snapshots.even(2, 5), (snapshot, budget) -> Plan.of(List.of(nonsense, nonsense), WHY));
        assertThat(problem(talking).message()).contains("PLAN_REJECTED", "UNKNOWN_SPAN");
        assertThat(problem(talking).violations()).isNotEmpty();
        assertThat(problem(talking).advice()).contains("DEGRADED");
        assertThat(talking.moves() + talking.places()).isZero();
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    private static Plan nothing() {
        return null;
    }

    @Test
    @DisplayName("what is beyond the budget is cut from the end; where nothing is left, nothing ever happens")
    void cut() {
        Scheduler greedy = (snapshot, budget) -> {
            List<Decision> all = new ArrayList<>();
            snapshot.absent(GroupId.DEFAULT).forEach(span -> all.add(new Decision.Place(span.dispatcher(), N1, WHY)));
            return Plan.of(all, WHY);
        };
        ClusterSnapshot even = Snapshots.even(2, 5);
        WhatIfResult ten = Snapshots.settle(
                new ClusterSnapshot("a", 1, 1, new Budget(10, 0, 100), even.nodes(), even.spans()),
                greedy,
                "table-add=25");
        assertThat(ten.settled()).isTrue();
        assertThat(ten.rounds()).isEqualTo(3);
        assertThat(ten.cut()).as("one of each plan is read beyond the budget").isEqualTo(1 + 1);

        WhatIfResult none = Snapshots.settle(
                new ClusterSnapshot("a", 1, 1, new Budget(0, 0, 100), even.nodes(), even.spans()),
                greedy,
                "table-add=25");
        assertThat(problem(none).message()).contains("all decisions", "beyond the budget");
    }

    @Test
    @DisplayName("spans that nobody places come with what the last plan said of them")
    void unplaced() {
        WhatIfResult result = Snapshots.settle(
                Snapshots.even(2, 5),
                (snapshot, budget) -> Plan.keep(new Reason("FULL", "all nodes are full"))
                        .rejecting(List.of(new Rejection(new DispatcherId(1, 2), new Reason("NO_ROOM", "on n1")))),
                "node-leave=n1");

        assertThat(result.settled()).isTrue();
        assertThat(result.absent()).isEqualTo(5);
        assertThat(result.lastReason()).isEqualTo("FULL: all nodes are full");
        assertThat(result.left()).containsExactly("dispatcher " + new DispatcherId(1, 2) + ": NO_ROOM: on n1");
    }

    @Test
    @DisplayName("median and worst of the planner's times")
    void times() {
        Loads none = new Loads(new TreeMap<>());
        WhatIfResult result = new WhatIfResult(
                "own",
                null,
                3,
                0,
                0,
                0,
                0,
                List.of(0, 0, 0),
                0,
                "",
                List.of(),
                none,
                none,
                none,
                List.of(),
                List.of(9L, 1L, 2L, 3L));

        assertThat(result.medianMicros()).isEqualTo(2);
        assertThat(result.worstMicros()).isEqualTo(9);
        assertThat(none.spread()).isZero();
        assertThat(none.variation()).isZero();
    }
}
