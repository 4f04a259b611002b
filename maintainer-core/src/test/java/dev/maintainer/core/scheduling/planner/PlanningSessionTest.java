package dev.maintainer.core.scheduling.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanRule;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Rejection;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.scheduler.spi.Violation;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a planner does or returns ends in an answer, and costs no more than the budget. */
class PlanningSessionTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final Reason WHY = new Reason("TEST", "because");
    private static final Budget BUDGET = new Budget(10, 10, 10);

    private Set<Trait> claims = Set.of();
    private long round;

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private PlanRequest request() {
        TableSpan span = TableSpan.whole(new TableId(1));
        SpanView running =
                new SpanView(id(1), span, new SchemaId(1), new TableName("sales", "orders"), GroupId.of(span), N1);
        SnapshotDelta delta = new SnapshotDelta(
                ++round,
                true,
                round,
                1,
                false,
                List.of(new NodeView(N1, true, 1, 0), new NodeView(N2, true, 0, 0)),
                List.of(new SnapshotDelta.Change(running, true, false)),
                List.of(),
                List.of(),
                0);
        return new PlanRequest(new ChangefeedId("cf"), new MaintainerEpoch(1), "test", null, delta, BUDGET);
    }

    private PlanAnswer answerOf(Scheduler scheduler) {
        PlannerSource source = new PlannerSource() {
            @Override
            public Scheduler create(String name) {
                return scheduler;
            }

            @Override
            public Set<Trait> traits(String name) {
                return claims;
            }
        };
        return new PlanningSession(source, () -> 0).plan(request());
    }

    private PlanAnswer.Failed failureOf(Scheduler scheduler) {
        return (PlanAnswer.Failed) answerOf(scheduler);
    }

    private static Decision.Move move() {
        return new Decision.Move(id(1), N1, N2, WHY);
    }

    @Test
    @DisplayName("A move that restores a constraint is a violation of a planner that does not claim to do so")
    void constraintsAreClaimed() {
        Scheduler restores = (snapshot, budget) -> Plan.of(List.of(move().restoringConstraint()), WHY);

        PlanAnswer.Failed failed = failureOf(restores);
        assertThat(failed.code()).isEqualTo(ErrorCode.PLAN_REJECTED);
        assertThat(failed.violations()).extracting(Violation::rule).containsExactly(PlanRule.UNCLAIMED_CONSTRAINT);

        claims = Set.of(Trait.RESTORES_CONSTRAINTS);
        assertThat(answerOf(restores)).isInstanceOf(PlanAnswer.Planned.class);
    }

    @Test
    @DisplayName("Of ten million decisions one is read beyond the budget")
    void aPlanIsCutWhileItIsRead() {
        AtomicLong read = new AtomicLong();
        List<Decision> many = new AbstractList<>() {
            @Override
            public Decision get(int index) {
                read.incrementAndGet();
                return index == 0 ? move() : new Decision.Place(id(100 + index), N2, WHY);
            }

            @Override
            public int size() {
                return 10_000_000;
            }
        };

        PlanAnswer.Failed failed = failureOf((snapshot, budget) -> Plan.of(many, WHY));

        assertThat(failed.violations()).allMatch(violation -> violation.rule() == PlanRule.UNKNOWN_SPAN);
        assertThat(failed.violations()).hasSize(BUDGET.maxDecisions());
        assertThat(read).hasValue(BUDGET.maxDecisions() + 1L);
    }

    @Test
    @DisplayName("What is checked is what is used: a list that changes its mind is read once")
    void aListIsReadOnce() {
        List<Decision> fickle = new AbstractList<>() {
            private int reads;

            @Override
            public Decision get(int index) {
                return reads++ == 0 ? move() : new Decision.Move(id(1), N1, new NodeId("ghost"), WHY);
            }

            @Override
            public int size() {
                return 1;
            }
        };

        assertThat(answerOf((snapshot, budget) -> Plan.of(fickle, WHY)))
                .isInstanceOfSatisfying(
                        PlanAnswer.Planned.class,
                        planned -> assertThat(planned.plan().decisions()).containsExactly(move()));
    }

    @Test
    @SuppressWarnings("NullAway") // a plug-in need not be null-checked
    void aReasonWithoutACodeIsAViolation() {
        Decision bare = new Decision.Move(id(1), N1, N2, new Reason(null, "because"));

        PlanAnswer.Failed failed = failureOf((snapshot, budget) -> Plan.of(List.of(bare), WHY));

        assertThat(failed.violations()).extracting(Violation::rule).containsExactly(PlanRule.MISSING_PART);
    }

    @Test
    @SuppressWarnings("NullAway")
    void rejectionsThatSayNothingAreLeftOut() {
        List<Rejection> rejected = new ArrayList<>();
        rejected.add(null);
        rejected.add(new Rejection(id(1), null));
        rejected.add(new Rejection(null, WHY));
        rejected.add(new Rejection(id(1), WHY));

        assertThat(answerOf((snapshot, budget) -> Plan.keep(WHY).rejecting(rejected)))
                .isInstanceOfSatisfying(
                        PlanAnswer.Planned.class,
                        planned -> assertThat(planned.plan().rejected()).containsExactly(new Rejection(id(1), WHY)));
    }

    /** What plug-ins may throw: their own classes, which fail again when somebody asks what they are. */
    private static final class Unspeakable extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw this;
        }
    }

    private static final class Bottomless extends StackOverflowError {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new Unspeakable();
        }
    }

    private static final class Misaligned extends LinkageError {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new Unspeakable();
        }
    }

    private static final class Forged extends MaintainerException {
        private static final long serialVersionUID = 1L;

        Forged() {
            super(ErrorCode.BAD_CONFIGURATION, "forged");
        }

        @Override
        public String getMessage() {
            throw new Unspeakable();
        }
    }

    private static List<Throwable> unspeakable() {
        return List.of(new Unspeakable(), new Bottomless(), new Misaligned(), new Forged());
    }

    /** By number, as the name of a test would ask what was thrown. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @DisplayName("A failure whose description fails is told by its class")
    void unspeakableFailures(int which) {
        Throwable thrown = unspeakable().get(which);
        PlanAnswer.Failed failed;
        try {
            failed = failureOf((snapshot, budget) -> PlanningSessionTest.<RuntimeException>sneak(thrown));
        } catch (Throwable e) {
            // Whoever reports on tests would stumble over it as well.
            throw new AssertionError("the session lets through " + e.getClass().getName());
        }

        assertThat(failed.message()).contains(thrown.getClass().getName());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> Plan sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static List<Consumer<SchedulingSnapshot>> questions() {
        return List.of(
                SchedulingSnapshot::round,
                SchedulingSnapshot::seed,
                SchedulingSnapshot::isRebalanceSuspended,
                SchedulingSnapshot::nodes,
                SchedulingSnapshot::groups,
                SchedulingSnapshot::inFlightCount,
                SchedulingSnapshot::refused,
                SchedulingSnapshot::schemaNames,
                snapshot -> snapshot.size(GroupId.DEFAULT),
                snapshot -> snapshot.absentCount(GroupId.DEFAULT),
                snapshot -> snapshot.absent(GroupId.DEFAULT),
                snapshot -> snapshot.schedulingCount(GroupId.DEFAULT, N1),
                snapshot -> snapshot.replicatingCount(GroupId.DEFAULT, N1),
                snapshot -> snapshot.replicating(GroupId.DEFAULT, N1),
                snapshot -> snapshot.span(id(1)),
                snapshot -> snapshot.isInFlight(id(1)),
                snapshot -> snapshot.load(id(1)),
                snapshot -> snapshot.cuts(id(1), 2),
                snapshot -> snapshot.tables("sales", ""),
                snapshot -> snapshot.tables(new TableName("sales", "orders")),
                snapshot -> snapshot.spans(new TableId(1)));
    }

    @Test
    @DisplayName("Every view of a snapshot that was kept ends with its call, also one that was begun before")
    void keptViewsEnd() {
        List<SchedulingSnapshot> kept = new ArrayList<>();
        List<Iterable<?>> lists = new ArrayList<>();
        List<Iterator<?>> begun = new ArrayList<>();
        answerOf((snapshot, budget) -> {
            kept.add(snapshot);
            questions().forEach(question -> question.accept(snapshot));
            lists.addAll(List.of(
                    snapshot.absent(GroupId.DEFAULT),
                    snapshot.replicating(GroupId.DEFAULT, N1),
                    snapshot.schemaNames(),
                    snapshot.tables("sales", ""),
                    snapshot.spans(new TableId(1))));
            lists.forEach(list -> begun.add(list.iterator()));
            return Plan.keep(WHY);
        });

        SchedulingSnapshot old = kept.get(0);
        assertThat(questions())
                .allSatisfy(question -> assertThatThrownBy(() -> question.accept(old))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("was kept"));
        assertThat(lists).allSatisfy(list -> assertThatThrownBy(list::iterator).hasMessageContaining("was kept"));
        assertThat(begun).allSatisfy(iterator -> {
            assertThatThrownBy(iterator::hasNext).hasMessageContaining("was kept");
            assertThatThrownBy(iterator::next).hasMessageContaining("was kept");
        });
    }

    @Test
    @DisplayName("Tables are found by name, and stay so when they change")
    void tablesByName() {
        SpanMirror mirror = new SpanMirror();
        TableIndexHistory history = new TableIndexHistory(mirror);
        history.put(1, 10, "sales", "orders");
        history.put(2, 11, "sales", "orders_eu");
        history.put(3, 12, "sales", "items");
        history.put(4, 13, "", "");

        assertThat(history.names("sales", "")).containsExactly("items", "orders", "orders_eu");
        assertThat(history.names("sales", "orders")).containsExactly("orders", "orders_eu");
        assertThat(history.schemas()).containsExactly("sales");

        history.put(1, 10, "archive", "orders");
        history.remove(3);
        history.put(5, 14, "sales", "orders_eu");

        assertThat(history.schemas()).containsExactly("archive", "sales");
        assertThat(history.names("sales", "")).containsExactly("orders_eu", "orders_eu");
        history.remove(2);
        assertThat(mirror.tables().tables("sales", "orders_eu"))
                .extracting(TableView::table)
                .containsExactly(new TableId(14));
        history.remove(5);
        assertThat(history.schemas()).containsExactly("archive");
        assertThat(mirror.tables().spans(new TableId(14))).isEmpty();
    }

    /** Changes of a mirror, one by one. */
    private static final class TableIndexHistory {
        private final SpanMirror mirror;
        private final TreeMap<Long, SpanView> spans = new TreeMap<>();
        private long version;

        TableIndexHistory(SpanMirror mirror) {
            this.mirror = mirror;
            apply(List.of(), List.of());
        }

        void put(long n, long table, String schema, String name) {
            TableSpan span = TableSpan.whole(new TableId(table));
            SpanView view =
                    new SpanView(id(n), span, new SchemaId(1), new TableName(schema, name), GroupId.of(span), N1);
            spans.put(n, view);
            apply(List.of(new SnapshotDelta.Change(view, true, false)), List.of());
        }

        void remove(long n) {
            spans.remove(n);
            apply(List.of(), List.of(id(n)));
        }

        private void apply(List<SnapshotDelta.Change> changed, List<DispatcherId> removed) {
            boolean first = version == 0;
            version++;
            assertThat(mirror.apply(new SnapshotDelta(
                            version, first, version, 1, false, List.of(), changed, removed, List.of(), 0)))
                    .isTrue();
        }

        List<String> names(String schema, String prefix) {
            List<String> names = new ArrayList<>();
            mirror.tables()
                    .tables(schema, prefix)
                    .forEach(table -> names.add(table.name().table()));
            return names;
        }

        List<String> schemas() {
            List<String> schemas = new ArrayList<>();
            mirror.tables().schemaNames().forEach(schemas::add);
            return schemas;
        }
    }
}
