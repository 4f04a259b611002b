package dev.maintainer.demo.postgres.speed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Collects what was measured, and makes a table of it. Used by one thread. */
final class SpeedReport {
    /**
     * What one side has used in one run.
     *
     * @param nanos how long it has taken
     * @param processor what of processors
     */
    record Cost(long nanos, ProcessorTime.Used processor) {}

    private static final double MILLION = 1e6;

    private final Consumer<String> progress;
    private final List<String> lines = new ArrayList<>();

    SpeedReport(Consumer<String> progress) {
        this.progress = progress;
    }

    void say(String what) {
        progress.accept(what);
    }

    /**
     * The same work, done in pairs.
     *
     * @param name of the work
     * @param unit what is counted
     * @param work how many of it each run had
     * @param anchor what the servers, or their tools, have used, by run
     * @param own what we have used, by run
     * @param target for people
     */
    void compared(String name, String unit, long work, List<Cost> anchor, List<Cost> own, String target) {
        List<Double> speeds = new ArrayList<>();
        List<Double> processors = new ArrayList<>();
        for (int run = 0; run < own.size(); run++) {
            speeds.add((double) anchor.get(run).nanos() / own.get(run).nanos());
            processors.add((double) own.get(run).processor().all()
                    / Math.max(1, anchor.get(run).processor().all()));
        }
        Collections.sort(speeds);
        lines.add(String.format(
                Locale.ROOT,
                "| %s | %,.0f %s/s | %,.0f %s/s | %.2f (%.2f to %.2f) | %.1f | %s |",
                name,
                rate(work, anchor),
                unit,
                rate(work, own),
                unit,
                median(speeds),
                speeds.get(0),
                speeds.get(speeds.size() - 1),
                median(processors),
                target));
        say(lines.get(lines.size() - 1));
        say("  processor time: by itself " + processor(anchor) + "; Maintainer " + processor(own));
    }

    /** Medians, by who has used it. */
    private static String processor(List<Cost> costs) {
        return String.format(
                Locale.ROOT,
                "source %.2f s, sink %.2f s, this process %.2f s",
                seconds(costs, cost -> cost.processor().source()),
                seconds(costs, cost -> cost.processor().sink()),
                seconds(costs, cost -> cost.processor().own()));
    }

    private static double seconds(List<Cost> costs, ToLongFunction<Cost> part) {
        return median(costs.stream()
                        .map(cost -> (double) part.applyAsLong(cost))
                        .toList())
                / TimeUnit.SECONDS.toNanos(1);
    }

    private static double rate(long work, List<Cost> costs) {
        return work / seconds(costs, Cost::nanos);
    }

    /** How long something takes that is done again and again. */
    void durations(String name, List<Long> nanos, String target) {
        List<Double> millis = new ArrayList<>(
                nanos.stream().map(each -> each / MILLION).sorted().toList());
        lines.add(String.format(
                Locale.ROOT,
                "| %s | | median %.1f ms, 99 %% %.1f ms, longest %.1f ms | | | %s |",
                name,
                median(millis),
                millis.get((int) Math.min(millis.size() - 1L, Math.round(0.99 * millis.size()))),
                millis.get(millis.size() - 1),
                target));
        say(lines.get(lines.size() - 1));
    }

    /** Something that is no rate. */
    void figure(String name, String value, String target) {
        lines.add("| " + name + " | | " + value + " | | | " + target + " |");
        say(lines.get(lines.size() - 1));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** {@return all of it, as a table in Markdown} */
    List<String> table() {
        List<String> table = new ArrayList<>();
        table.add(
                "| what | PostgreSQL by itself | Maintainer | speed of it (lowest to highest) | processor time | target |");
        table.add("|---|---|---|---|---|---|");
        table.addAll(lines);
        return table;
    }
}
