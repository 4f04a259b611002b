package dev.maintainer.node.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.planning.PlannerSource;
import dev.maintainer.node.plugin.Schedulers;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SpanView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhatIfTest {
    private static final PlannerSource BUILT_IN =
            Schedulers.load(null, "balance", Collections.emptySortedMap())::create;

    @TempDir
    private Path temporary;

    /** {@code spans} tables, dealt out to {@code nodes} nodes; every seventh is absent. */
    private static ClusterPicture picture(int nodes, int spans, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<NodeView> views = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            views.add(new NodeView(
                    new NodeId("n" + i),
                    i % 5 != 0,
                    0,
                    0,
                    new TreeMap<>(i % 2 == 0 ? Map.of("zone", "<b>&\"'") : Map.of())));
        }
        List<SpanView> all = new ArrayList<>();
        for (int i = 1; i <= spans; i++) {
            TableSpan span = i % 11 == 0
                    ? new TableSpan(new TableId(i), SpanBound.before("k" + i), SpanBound.HIGHEST)
                    : TableSpan.whole(new TableId(i));
            NodeId node = i % 7 == 0 ? null : new NodeId("n" + (1 + random.nextInt(nodes)));
            all.add(new SpanView(
                    new DispatcherId(random.nextLong(), i), span, new SchemaId(i % 3), GroupId.of(span), node));
        }
        return new ClusterPicture("orders", 42, -7, new Budget(1_000, 100, 500), views, all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.json", "snapshot.json.gz"})
    @DisplayName("What is written is what is read")
    void roundTrip(String name) throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            ClusterPicture picture = picture(1 + (int) seed, 10 * (int) seed, seed);
            Path file = temporary.resolve(name);
            SnapshotFile.write(picture, file);
            assertThat(SnapshotFile.read(file)).isEqualTo(picture);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json at all|is no JSON",
                "[]|must begin with an object",
                "{\"format\":9}|its format is 9, this release reads 1",
                "{\"formt\":1}|'formt' that is not known",
                "{\"format\":1}|has no budget",
                "{\"format\":1,\"nodes\":[{\"id\":\"a\"},{\"id\":\"a\"}]}|node a is there twice",
                "{\"format\":1,\"spans\":[{\"dispatcher\":\"12\"}]}|32 hexadecimal digits",
                "{\"format\":1,\"budget\":{\"maxDecisions\":-1}}|must not be negative",
                "{\"format\":1,\"budget\":{\"maxDecisions\":1,\"maxMoves\":1,\"maxInFlightPerNode\":1},\"spans\":[{\"dispatcher\":"
                        + "\"00000000000000000000000000000001\",\"table\":1,\"schema\":1,\"node\":\"x\"}]}|not among its nodes"
            })
    @DisplayName("What cannot be used is refused, with the place and what to do")
    void refused(String contentAndMessage) throws Exception {
        int bar = contentAndMessage.indexOf('|');
        Path file = temporary.resolve("bad.json");
        Files.writeString(file, contentAndMessage.substring(0, bar));

        assertThatThrownBy(() -> SnapshotFile.read(file))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(contentAndMessage.substring(bar + 1))
                .hasMessageContaining("bad.json");
    }

    private static WhatIfResult settle(String scheduler, String... events) {
        WhatIf cluster = new WhatIf(picture(8, 500, 1));
        for (String event : events) {
            cluster.happens(WhatIfEvent.parse(event));
        }
        return cluster.settle(scheduler, BUILT_IN, 1_000);
    }

    @Test
    @DisplayName("The built-in schedulers settle; balance is even, and takes as many rounds as its budget asks for")
    void settles() {
        WhatIfResult balance = settle("balance", "node-join=n9:zone=a", "node-leave=n1", "tables-add=50");

        assertThat(balance.settled()).isTrue();
        assertThat(balance.absent()).isZero();
        assertThat(WhatIfResult.spread(balance.after())).isLessThanOrEqualTo(1);
        assertThat(balance.movesPerRound()).allMatch(moves -> moves <= 100);
        assertThat(balance.rounds()).isEqualTo(balance.movesPerRound().size());
        assertThat(balance.before()).containsKey(new NodeId("n9")).doesNotContainKey(new NodeId("n1"));

        WhatIfResult basic = settle("basic", "node-join=n9");
        assertThat(basic.settled()).isTrue();
        assertThat(basic.moves()).isZero();
    }

    @Test
    @DisplayName("A drained node gets empty")
    void drains() {
        WhatIfResult drained = settle("balance", "node-drain=n2");

        assertThat(drained.after().get(new NodeId("n2"))).isEqualTo(new WhatIfResult.NodeLoad(0, false));
    }

    private static WhatIfResult settle(Scheduler planner) {
        return new WhatIf(picture(2, 10, 1)).settle("own", name -> planner, 50);
    }

    @Test
    @DisplayName("A scheduler that goes in a circle, throws, or talks nonsense is told")
    void problems() {
        Reason why = new Reason("WHY", "not");
        WhatIfResult circle = settle((snapshot, budget) -> {
            for (NodeView node : snapshot.nodes()) {
                for (SpanView span : snapshot.replicating(GroupId.DEFAULT, node.id())) {
                    NodeId other = new NodeId(node.id().value().equals("n1") ? "n2" : "n1");
                    return Plan.of(List.of(new Decision.Move(span.dispatcher(), node.id(), other, why)), why);
                }
            }
            return Plan.keep(why);
        });
        assertThat(circle.settled()).isFalse();
        assertThat(circle.problem()).isNotNull();

        WhatIfResult throwing = settle((snapshot, budget) -> {
            throw new IllegalStateException("no idea");
        });
        assertThat(throwing.problem()).contains("SCHEDULER_FAILED", "no idea");

        WhatIfResult nonsense = settle((snapshot, budget) ->
                Plan.of(List.of(new Decision.Place(new DispatcherId(9, 9), new NodeId("n1"), why)), why));
        assertThat(nonsense.problem()).contains("PLAN_REJECTED", "UNKNOWN_SPAN");
    }

    @Test
    @DisplayName("Events that cannot be are refused with the syntax")
    void badEvents() {
        for (String event : List.of("node-joins=n1", "tables-add=none", "node-join=n1:zone", "")) {
            assertThatThrownBy(() -> WhatIfEvent.parse(event)).hasMessageContaining("events are node-join=");
        }
        assertThatThrownBy(() -> settle("balance", "node-leave=n77")).hasMessageContaining("there is no node n77");
        assertThatThrownBy(() -> settle("balance", "node-join=n2")).hasMessageContaining("there already");
    }

    @Test
    @DisplayName("The picture is well-formed and says nothing that it was not asked to")
    void picture() {
        WhatIf cluster = new WhatIf(picture(300, 2_000, 3));
        cluster.happens(new WhatIfEvent.NodeJoins(new NodeId("<script>alert(1)</script>"), new TreeMap<>()));
        WhatIfResult result = cluster.settle("balance", BUILT_IN, 1_000);

        String page = WhatIfPicture.html("a <b> & \"c\"", List.of(result));

        assertThat(page).doesNotContain("<script", "src=", "href=").contains("and 101 more nodes");
        Deque<String> open = new ArrayDeque<>();
        Matcher tags = Pattern.compile("<(/?)([a-z0-9]+)[^<>]*?(/?)>").matcher(page);
        while (tags.find()) {
            if (!tags.group(1).isEmpty()) {
                assertThat(open.pop()).as("what is closed at %d", tags.start()).isEqualTo(tags.group(2));
            } else if (tags.group(3).isEmpty()) {
                open.push(tags.group(2));
            }
        }
        assertThat(open).isEmpty();
    }
}
