package dev.maintainer.node.run;

import dev.maintainer.api.model.NodeId;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who plans in a run, and what planners may know.
 *
 * @param scheduler the name of the scheduler to begin with
 * @param configuration its settings, by key
 * @param plugins the directory of scheduler plug-ins; null if there is none
 * @param shadow a scheduler that is compared with it; null for none
 * @param swaps schedulers that are selected on the way, in this order
 * @param labels of nodes, such as zone and weight
 */
public record SchedulerOptions(
        String scheduler,
        SortedMap<String, String> configuration,
        @Nullable Path plugins,
        @Nullable String shadow,
        List<String> swaps,
        SortedMap<NodeId, SortedMap<String, String>> labels) {
    /** The scheduler that splits tables. */
    public static final String SPLITTING = "balance-splits";

    /** How often planners look when nothing has changed; work that comes and goes asks for more. */
    private static final long CALM_MILLIS = 15_000;

    private static final long ALERT_MILLIS = 1_000;

    /** Copies what can change. */
    public SchedulerOptions {
        configuration = Collections.unmodifiableSortedMap(new TreeMap<>(configuration));
        swaps = List.copyOf(swaps);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** A scheduler without settings, plug-ins, a shadow or a successor. */
    public static SchedulerOptions of(String scheduler) {
        return new SchedulerOptions(
                scheduler, Collections.emptySortedMap(), null, null, List.of(), Collections.emptySortedMap());
    }

    /** How often planners look when nothing has changed. */
    public long balanceMillis() {
        return splits() ? ALERT_MILLIS : CALM_MILLIS;
    }

    /** Whether the scheduler to begin with splits tables. */
    public boolean splits() {
        return scheduler.equals(SPLITTING);
    }

    /** With a shadow, and schedulers that are selected on the way. */
    public SchedulerOptions with(@Nullable String otherShadow, List<String> otherSwaps) {
        return new SchedulerOptions(scheduler, configuration, plugins, otherShadow, otherSwaps, labels);
    }
}
