package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.admin.AdminPatience;
import dev.maintainer.admin.ChangefeedRow;
import dev.maintainer.admin.ClusterAdmin;
import dev.maintainer.admin.LocalClusterAdmin;
import dev.maintainer.admin.NodeRow;
import dev.maintainer.admin.SchedulerRow;
import dev.maintainer.admin.SpanPage;
import dev.maintainer.admin.SpanQuery;
import dev.maintainer.admin.SpanRow;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.runtime.node.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterAdminTest {
    private static final ChangefeedId FEED = new ChangefeedId("changelog");
    private static final int TABLES = 7;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    /** What is done with a cluster that is up and has replicated all. */
    private interface Visit {
        void to(EmbeddedCluster cluster, RunningCluster running)
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    private static ChangeLog log() {
        ChangeLogBuilder builder = new ChangeLogBuilder();
        for (int table = 0; table < TABLES - 2; table++) {
            builder.createTable(10 + table, new TableName("shop", "orders" + table));
        }
        builder.createTable(20, new TableName("a.b", "c")).createTable(20, new TableName("a", "b.c"));
        for (int row = 0; row < 70; row++) {
            builder.row(
                    100 + row, new TableName("shop", "orders" + row % (TABLES - 2)), RowEvent.Op.I, "k" + row, "{}");
        }
        return builder.build("digest");
    }

    private void visit(Visit visit) throws RunFailedException, InterruptedException {
        visit(RunFixture.options(SchedulerOptions.of("balance")).seed(7).build(), visit);
    }

    private void visit(RunOptions options, Visit visit) throws RunFailedException, InterruptedException {
        RunListener guest = new RunListener() {
            private @Nullable RunningCluster running;

            @Override
            public void arrived(RunningCluster visited) {
                running = visited;
            }

            @Override
            public void replicated() throws InterruptedException {
                RunningCluster visited = running;
                assertThat(visited).isNotNull();
                if (visited != null) {
                    try {
                        visit.to(visited.cluster(), visited);
                    } catch (ExecutionException | TimeoutException e) {
                        throw new AssertionError(e);
                    }
                }
            }

            @Override
            public void left() {}
        };
        assertThat(new RunDriver(log(), temporary.resolve("sink"), options, null, snapshot -> {}, guest)
                        .run()
                        .isGood())
                .isTrue();
    }

    private static ClusterAdmin admin(RunningCluster running) {
        return new LocalClusterAdmin(running.cluster(), running.schedulers(), running.tables(), running.statistics());
    }

    private static void refused(ErrorCode code, String why, ThrowingCallable question) {
        assertThatThrownBy(question)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("what a cluster is asked about itself")
    void looks() throws RunFailedException, InterruptedException {
        visit((cluster, running) -> {
            ClusterAdmin admin = admin(running);
            assertThat(admin.changefeed(null)).isEqualTo(FEED);
            assertThat(admin.changefeed("changelog")).isEqualTo(FEED);
            refused(ErrorCode.UNKNOWN_NAME, "did you mean 'changelog'?", () -> admin.changefeed("changelig"));
            assertThat(admin.changefeeds()).singleElement().satisfies(row -> {
                assertThat(row.maintainer().phase()).isEqualTo(LifecyclePhase.RUNNING);
                assertThat(row.maintainer().spans()).isEqualTo(TABLES);
            });
            assertThat(admin.nodes()).hasSize(3).allSatisfy(row -> {
                assertThat(row.member()).isTrue();
                assertThat(row.answers()).isTrue();
            });
            assertThat(admin.nodes().stream().mapToInt(NodeRow::spans).sum()).isEqualTo(TABLES);
            assertThat(admin.nodes().stream().mapToInt(NodeRow::maintainers).sum())
                    .isOne();
            SpanPage spans = admin.spans(FEED, SpanQuery.ALL);
            assertThat(spans.total()).isEqualTo(TABLES);
            assertThat(spans.next()).isNull();
            assertThat(spans.spans())
                    .extracting(SpanRow::table)
                    .contains("shop.orders0", "shop.orders4", "\"a.b\".c", "a.\"b.c\"");
            assertThat(admin.operators(FEED)).isEmpty();
            assertThat(admin.schedulers(FEED))
                    .anySatisfy(row -> assertThat(row.use()).isEqualTo("plans, HEALTHY"));
            assertThat(admin.snapshot(FEED).spans()).hasSize(TABLES);
            assertThat(admin.blame(FEED).changefeed()).isEqualTo(FEED);
            assertThat(admin.blame(FEED).text()).isNotEmpty();
            assertThat(admin.barriers(FEED)).isEmpty();
        });
    }

    @Test
    @DisplayName("Whoever asks about a changefeed that is paused hears that it is, and how it goes on")
    void paused() throws RunFailedException, InterruptedException {
        visit((cluster, running) -> {
            ClusterAdmin admin = admin(running);
            admin.pause(null, true);
            until(() -> admin.changefeeds().isEmpty());
            for (ThrowingCallable question : List.<ThrowingCallable>of(
                    () -> admin.changefeed(null),
                    () -> admin.changefeed("changelog"),
                    () -> admin.blame(FEED),
                    () -> admin.barriers(FEED),
                    () -> admin.explain(FEED, "shop.orders1"),
                    () -> admin.spans(FEED, SpanQuery.ALL))) {
                refused(ErrorCode.REQUEST_REFUSED, "changelog is paused", question);
                refused(ErrorCode.REQUEST_REFUSED, "'ctl resume' lets it go on", question);
            }

            admin.pause(null, false);
            until(() -> !admin.changefeeds().isEmpty());
        });
    }

    @Test
    @DisplayName(
            "A name that two tables may have is ambiguous, whatever is asked; quotes or the number tell them apart")
    void ambiguous() throws RunFailedException, InterruptedException {
        visit((cluster, running) -> {
            ClusterAdmin admin = admin(running);
            NodeId node = cluster.liveNodes().get(0);
            for (ThrowingCallable question : List.<ThrowingCallable>of(
                    () -> admin.explain(FEED, "a.b.c"),
                    () -> admin.whyNot(FEED, "a.b.c", node),
                    () -> admin.move(FEED, "a.b.c", node, true),
                    () -> admin.split(FEED, "a.b.c", 2, List.of(), true),
                    () -> admin.merge(FEED, "a.b.c", true),
                    () -> admin.spans(FEED, new SpanQuery(null, "a.b.c", null, null, 10)))) {
                refused(
                        ErrorCode.UNKNOWN_NAME,
                        "'a.b.c' is ambiguous: it may be \"a.b\".c (number 6) or a.\"b.c\" (number 7)",
                        question);
            }
            assertThat(admin.explain(FEED, "\"a.b\".c").get(0).span().table().value())
                    .isEqualTo(6);
            assertThat(admin.explain(FEED, "7").get(0).span().table().value()).isEqualTo(7);
        });
    }

    @Test
    @DisplayName("A node that never was is unknown, whatever is asked, and the nearest name is told")
    void unknownNode() throws RunFailedException, InterruptedException {
        visit((cluster, running) -> {
            ClusterAdmin admin = admin(running);
            NodeId never = new NodeId("n33");
            for (ThrowingCallable question : List.<ThrowingCallable>of(
                    () -> admin.whyNot(FEED, "shop.orders1", never),
                    () -> admin.move(FEED, "shop.orders1", never, false),
                    () -> admin.drain(never),
                    () -> admin.spans(FEED, new SpanQuery("n33", null, null, null, 10)))) {
                refused(ErrorCode.UNKNOWN_NAME, "unknown node 'n33', did you mean 'n3'?", question);
            }
        });
    }

    @Test
    @DisplayName("a span is known by the name and the number of its table, its dispatcher and a beginning of that")
    void names() throws RunFailedException, InterruptedException {
        visit((cluster, running) -> {
            ClusterAdmin admin = admin(running);
            SpanExplanation byName = admin.explain(FEED, "shop.orders3").get(0);
            NodeId node = byName.node();
            assertThat(node).isNotNull();
            assertThat(byName.text()).contains("runs on " + node);
            String dispatcher = byName.dispatcher().toString();
            for (String name : List.of(byName.span().table().toString(), dispatcher)) {
                assertThat(admin.explain(FEED, name))
                        .singleElement()
                        .satisfies(each -> assertThat(each.dispatcher()).isEqualTo(byName.dispatcher()));
            }
            refused(ErrorCode.UNKNOWN_NAME, "more than one", () -> admin.explain(FEED, dispatcher.substring(0, 1)));
            refused(ErrorCode.UNKNOWN_NAME, "did you mean 'shop.orders", () -> admin.explain(FEED, "shop.order3"));
            refused(ErrorCode.UNKNOWN_NAME, "no span", () -> admin.explain(FEED, "0".repeat(32)));
            refused(ErrorCode.UNKNOWN_NAME, "no maintainer", () -> admin.blame(new ChangefeedId("other")));

            if (node != null) {
                assertThat(admin.whyNot(FEED, dispatcher, node).get(0).obstacles())
                        .extracting(PlacementObstacles.Obstacle::code)
                        .contains(PlacementObstacles.Code.ALREADY_THERE);
            }
        });
    }

    @Test
    @DisplayName("schedulers are swapped, compared and asked for plans; a mistyped one costs no round")
    void changes() throws RunFailedException, InterruptedException {
        visit((cluster, running) -> {
            ClusterAdmin admin = admin(running);
            refused(ErrorCode.UNKNOWN_SCHEDULER, "did you mean 'basic'?", () -> admin.selectScheduler(FEED, "basik"));
            refused(ErrorCode.UNKNOWN_SCHEDULER, "'basik'", () -> admin.shadow(FEED, "basik"));
            refused(ErrorCode.UNKNOWN_SCHEDULER, "'basik'", () -> admin.plan(FEED, "basik"));
            assertThat(admin.scheduling(FEED).figures().faults()).isZero();

            assertThat(admin.selectScheduler(FEED, "basic").state()).isEqualTo(SchedulingView.Request.State.DONE);
            assertThat(admin.shadow(FEED, "balance").state()).isEqualTo(SchedulingView.Request.State.DONE);
            SchedulingView view = admin.scheduling(FEED);
            assertThat(view.scheduler()).isEqualTo("basic");
            assertThat(view.shadow()).isEqualTo("balance");
            assertThat(view.condition()).isEqualTo(SchedulerCondition.HEALTHY);
            assertThat(admin.schedulers(FEED)).extracting(SchedulerRow::use).contains("plans, HEALTHY", "shadow");
            admin.shadow(FEED, null);
            assertThat(admin.scheduling(FEED).shadow()).isNull();

            SchedulingView.Proposal plan = admin.plan(FEED, "balance");
            assertThat(plan.scheduler()).isEqualTo("balance");
            assertThat(admin.apply(FEED, plan.id()).message()).contains("plan " + plan.id());
            refused(ErrorCode.REQUEST_REFUSED, "no plan", () -> admin.apply(FEED, plan.id()));
        });
    }

    @Test
    @DisplayName("a person moves, splits and merges tables; what makes no sense is refused with what to do")
    void byHand() throws RunFailedException, InterruptedException {
        visit(RunFixture.options(SchedulerOptions.of("basic")).seed(7).build(), (cluster, running) -> {
            ClusterAdmin admin = admin(running);
            String table = "shop.orders3";
            NodeId n1 = new NodeId("n1");
            until(() -> admin.explain(FEED, table).get(0).state().equals("REPLICATING"));

            assertThat(admin.split(FEED, table, 0, List.of("k3", "k5"), true).message())
                    .contains("nothing was started", "split", "[k3, k5]");
            assertThat(admin.explain(FEED, table)).hasSize(1);
            refused(
                    ErrorCode.REQUEST_REFUSED,
                    "ascending order",
                    () -> admin.split(FEED, table, 0, List.of("k5", "k3"), false));
            refused(ErrorCode.REQUEST_REFUSED, "is whole", () -> admin.merge(FEED, table, false));
            assertThat(admin.split(FEED, table, 0, List.of("k3", "k5"), false).message())
                    .contains("begun: split");
            until(() -> admin.explain(FEED, table).size() == 3 && all(admin, table));
            refused(
                    ErrorCode.REQUEST_REFUSED,
                    "in 3 parts; name one",
                    () -> admin.split(FEED, table, 0, List.of("k1"), false));
            refused(
                    ErrorCode.UNKNOWN_NAME,
                    "unknown node 'n9'",
                    () -> admin.move(FEED, table, new NodeId("n9"), false));
            if (admin.explain(FEED, table).stream().anyMatch(part -> !n1.equals(part.node()))) {
                refused(
                        ErrorCode.REQUEST_REFUSED,
                        "move them to one node first",
                        () -> admin.merge(FEED, table, false));
                admin.move(FEED, table, n1, false);
            }
            until(() ->
                    admin.explain(FEED, table).stream().allMatch(part -> n1.equals(part.node())) && all(admin, table));
            refused(ErrorCode.REQUEST_REFUSED, "on n1 already", () -> admin.move(FEED, table, n1, false));
            assertThat(admin.merge(FEED, table, false).message()).contains("begun: merge");
            until(() -> admin.explain(FEED, table).size() == 1 && all(admin, table));
        });
    }

    private static boolean all(ClusterAdmin admin, String table) {
        return admin.explain(FEED, table).stream().allMatch(part -> part.state().equals("REPLICATING"));
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + java.util.concurrent.TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for 20 s").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("a plan whose preconditions have gone is refused as outdated, with the differences")
    void outdated() throws RunFailedException, InterruptedException {
        visit(RunFixture.options(SchedulerOptions.of("basic")).nodes(2).seed(7).build(), (cluster, running) -> {
            ClusterAdmin admin = admin(running);
            cluster.join();
            SchedulingView.Proposal first = admin.plan(FEED, "balance");
            for (int round = 0; round < 500 && first.plan().decisions().isEmpty(); round++) {
                first = admin.plan(FEED, "balance");
            }
            SchedulingView.Proposal second = admin.plan(FEED, "balance");
            assertThat(second.plan().decisions()).isNotEmpty();
            admin.apply(FEED, first.id());
            refused(ErrorCode.PLAN_OUTDATED, "no longer hold", () -> admin.apply(FEED, second.id()));
        });
    }

    @Test
    @DisplayName("a node whose thread hangs is shown as such, hangs nobody else, and is asked again when it is well")
    void hangs() throws RunFailedException, InterruptedException {
        visit((cluster, running) -> {
            ClusterAdmin admin = new LocalClusterAdmin(
                    cluster,
                    running.schedulers(),
                    running.tables(),
                    running.statistics(),
                    AdminPatience.STANDARD.withAnswer(200));
            ChangefeedRow row = admin.changefeeds().get(0);
            Node owner = cluster.node(row.node()).orElseThrow();
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            CompletableFuture<?> hanging = owner.inspect(FEED, (maintainer, now) -> {
                blocked.countDown();
                try {
                    return release.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    return false;
                }
            });
            try {
                assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(admin.nodes())
                        .hasSize(3)
                        .allSatisfy(node -> assertThat(node.answers())
                                .isEqualTo(!node.node().equals(row.node())));
                assertThat(admin.changefeeds()).isEmpty();
                String silent = "[" + row.node() + "] have not answered for 200 ms";
                refused(ErrorCode.NODE_UNAVAILABLE, silent, () -> admin.changefeed(null));
                refused(ErrorCode.NODE_UNAVAILABLE, silent, () -> admin.blame(FEED));
                refused(ErrorCode.NODE_UNAVAILABLE, silent, () -> admin.selectScheduler(FEED, "basic"));
                assertThat(hanging).isNotDone();
            } finally {
                release.countDown();
            }
            hanging.get(20, TimeUnit.SECONDS);
            // Its thread has answered what it was asked meanwhile before it answers this.
            owner.views().get(20, TimeUnit.SECONDS);
            assertThat(admin.nodes())
                    .allSatisfy(node -> assertThat(node.answers()).isTrue());
            assertThat(admin.blame(FEED).changefeed()).isEqualTo(FEED);
            assertThat(admin.scheduling(FEED).scheduler()).isEqualTo("balance");
        });
    }
}
