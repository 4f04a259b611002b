package dev.maintainer.whatif.testing;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.whatif.ClusterSnapshot;
import dev.maintainer.whatif.PlanningDeadline;
import dev.maintainer.whatif.WhatIf;
import dev.maintainer.whatif.WhatIfEvent;
import dev.maintainer.whatif.WhatIfResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** Clusters to ask about. */
public final class Snapshots {
    public static final PlannerSource BUILT_IN =
            new BuiltIn(SchedulerCatalog.discover(Snapshots.class.getClassLoader()));

    private static final Budget BUDGET = new Budget(1_000, 100, 500);

    /** The schedulers that come with the product, as they are without settings. */
    private record BuiltIn(SchedulerCatalog catalog) implements PlannerSource {
        @Override
        public Scheduler create(String name) {
            return catalog.create(name, Collections.emptySortedMap());
        }

        @Override
        public SortedSet<Trait> traits(String name) {
            return catalog.traits(name);
        }
    }

    private Snapshots() {}

    /** {@code nodes} nodes with {@code each} whole tables each. */
    public static ClusterSnapshot even(int nodes, int each) {
        List<NodeView> views = new ArrayList<>();
        List<SpanView> spans = new ArrayList<>();
        for (int n = 1; n <= nodes; n++) {
            NodeId node = new NodeId("n" + n);
            views.add(new NodeView(node, true, 0, 0));
            for (int i = 1; i <= each; i++) {
                long table = (n - 1L) * each + i;
                TableSpan whole = TableSpan.whole(new TableId(table));
                spans.add(new SpanView(new DispatcherId(1, table), whole, new SchemaId(1), GroupId.DEFAULT, node));
            }
        }
        return new ClusterSnapshot("orders", 42, 7, BUDGET, views, spans);
    }

    /** Anything that a file may hold. */
    public static ClusterSnapshot any(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int nodes = 1 + random.nextInt(12);
        List<NodeView> views = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            views.add(new NodeView(
                    new NodeId(i == 3 ? "<b>&\"'\\ \u00e4\ud83d\ude00" : "n" + i + ":8300"),
                    random.nextInt(5) != 0,
                    0,
                    0,
                    new TreeMap<>(i % 2 == 0 ? Map.of("zone", "a\n\"b\"", "weight", "" + i) : Map.of())));
        }
        List<SpanView> spans = new ArrayList<>();
        TreeSet<DispatcherId> starting = new TreeSet<>();
        TreeSet<DispatcherId> inFlight = new TreeSet<>();
        int count = random.nextInt(200);
        for (int i = 1; i <= count; i++) {
            DispatcherId id = new DispatcherId(random.nextLong(), random.nextLong());
            TableSpan span = switch (random.nextInt(8)) {
                case 0 -> new TableSpan(new TableId(7), SpanBound.LOWEST, SpanBound.before("-inf"));
                case 1 -> new TableSpan(new TableId(8), SpanBound.before("\u00fc" + i), SpanBound.HIGHEST);
                case 2 -> new TableSpan(new TableId(8), SpanBound.before("+inf"), SpanBound.before("b\"\\"));
                default -> TableSpan.whole(new TableId(random.nextLong(Long.MAX_VALUE)));
            };
            NodeId node = random.nextInt(4) == 0
                    ? null
                    : views.get(random.nextInt(nodes)).id();
            spans.add(new SpanView(id, span, new SchemaId(random.nextInt(9)), GroupId.of(span), node));
            if (node != null && random.nextInt(6) == 0) {
                starting.add(id);
            }
            if (random.nextInt(6) == 0) {
                inFlight.add(id);
            }
        }
        return new ClusterSnapshot(
                "orders-" + seed,
                random.nextLong(Long.MAX_VALUE),
                random.nextLong(),
                random.nextInt(3) == 0 ? 0 : random.nextLong(4_000_000_000_000L),
                random.nextInt(3) == 0 ? "" : "somebody's \"release\"",
                new Budget(random.nextInt(Integer.MAX_VALUE), random.nextInt(9), random.nextInt(9)),
                random.nextInt(100),
                views,
                spans,
                starting,
                inFlight);
    }

    /** What a scheduler does after events. Each plan takes a millisecond. */
    public static WhatIfResult settle(
            ClusterSnapshot picture, String scheduler, PlannerSource source, String... events) {
        WhatIf cluster = new WhatIf(picture);
        for (String event : events) {
            cluster.happens(WhatIfEvent.parse(event));
        }
        return cluster.settle(scheduler, source, 50, milliseconds(), PlanningDeadline.NONE);
    }

    /** The same for a scheduler of a test's own. */
    public static WhatIfResult settle(ClusterSnapshot picture, Scheduler planner, String... events) {
        return settle(picture, "own", name -> planner, events);
    }

    public static LongSupplier milliseconds() {
        long[] now = {0};
        return () -> now[0] += 1_000_000;
    }
}
