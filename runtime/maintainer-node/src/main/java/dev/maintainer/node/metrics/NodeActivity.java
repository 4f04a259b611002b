package dev.maintainer.node.metrics;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.coordinator.MoveOutcome;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.runtime.metrics.Durations;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last that maintainers on a node have said of themselves, and what they and the coordinator have done so far. What a
 * maintainer counts ends with it; the sums here go on. Told by the threads of maintainers and coordinator, read by any.
 */
public final class NodeActivity {
    /**
     * A maintainer on this node.
     *
     * @param view what it shows to people
     * @param figures what is measured besides; null until that was told for the first time
     * @param raisedNanos when its checkpoint was first seen where it is
     */
    record Hosted(MaintainerView view, @Nullable MaintainerFigures figures, long raisedNanos) {}

    private final LongSupplier nanos;
    private final Map<ChangefeedId, Hosted> hosted = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> decisions = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> messages = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> operatorRefusals = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> suppressed = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> owners = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> reportsRefused = new ConcurrentSkipListMap<>();
    private final LongAdder expulsions = new LongAdder();
    private final Durations handoffs = new Durations();
    private final Map<ChangefeedId, Long> moving = new ConcurrentHashMap<>();

    /**
     * Nothing has happened yet.
     *
     * @param nanos a clock that never goes back, in nanoseconds
     */
    public NodeActivity(LongSupplier nanos) {
        this.nanos = nanos;
    }

    // ---- what maintainers say --------------------------------------------------------------------------------------

    /**
     * A maintainer on this node shows itself.
     *
     * @param view as it is now
     */
    public void published(MaintainerView view) {
        Hosted before = hosted.get(view.changefeed());
        boolean same = before != null && before.view.epoch().equals(view.epoch());
        MaintainerView last = before != null && same ? before.view : null;
        count(last, view);
        boolean still = before != null && last != null && last.checkpointTs() >= view.checkpointTs();
        hosted.put(
                view.changefeed(),
                new Hosted(
                        view,
                        before != null && same ? before.figures : null,
                        before != null && still ? before.raisedNanos : nanos.getAsLong()));
    }

    /** Its counts begin at 0 with each maintainer. */
    private void count(@Nullable MaintainerView last, MaintainerView view) {
        view.dispositions()
                .forEach((key, count) -> add(
                        messages,
                        key,
                        count - (last == null ? 0 : last.dispositions().getOrDefault(key, 0L))));
        SchedulingView.Figures now = view.scheduling().figures();
        SchedulingView.Figures then = last == null ? null : last.scheduling().figures();
        add(decisions, "placed", now.placed() - (then == null ? 0 : then.placed()));
        add(decisions, "moved", now.moved() - (then == null ? 0 : then.moved()));
        add(decisions, "refused", now.refused() - (then == null ? 0 : then.refused()));
        add(decisions, "cut", now.cut() - (then == null ? 0 : then.cut()));
    }

    /**
     * What is measured of a maintainer that has shown itself.
     *
     * @param figures as they are now
     */
    public void measured(MaintainerFigures figures) {
        Hosted before = hosted.get(figures.changefeed());
        if (before == null || !before.view.epoch().equals(figures.epoch())) {
            return;
        }
        MaintainerFigures last = before.figures;
        figures.refusals()
                .forEach((reason, count) -> add(
                        operatorRefusals,
                        lower(reason),
                        count - (last == null ? 0 : last.refusals().getOrDefault(reason, 0L))));
        hosted.put(figures.changefeed(), new Hosted(before.view, figures, before.raisedNanos));
    }

    /**
     * A maintainer has ended here.
     *
     * @param changefeed which one
     */
    public void closed(ChangefeedId changefeed) {
        hosted.remove(changefeed);
    }

    /**
     * The gate has stopped a command.
     *
     * @param kind of the command
     */
    public void suppressed(String kind) {
        add(suppressed, kind, 1);
    }

    // ---- what the coordinator says ---------------------------------------------------------------------------------

    /** This node leads no more: what moves is brought to its end by another one. */
    public void deposed() {
        moving.clear();
    }

    /**
     * A maintainer is being moved.
     *
     * @param changefeed which one
     */
    public void moveStarted(ChangefeedId changefeed) {
        moving.put(changefeed, nanos.getAsLong());
    }

    /**
     * A maintainer runs again after a move.
     *
     * @param changefeed which one
     * @param outcome whether where it was wanted
     */
    public void moveCompleted(ChangefeedId changefeed, MoveOutcome outcome) {
        Long since = moving.remove(changefeed);
        if (since != null) {
            handoffs.add(lower(outcome), nanos.getAsLong() - since);
        }
    }

    /**
     * A maintainer has begun to run.
     *
     * @param reason how it came where it is; one of few
     */
    public void ownerChanged(String reason) {
        add(owners, reason, 1);
    }

    /** A member was expelled. */
    public void expelled() {
        expulsions.increment();
    }

    /**
     * A report or a request has had no effect.
     *
     * @param kind of it
     */
    public void reportRefused(String kind) {
        add(reportsRefused, kind, 1);
    }

    // ---- what is shown ---------------------------------------------------------------------------------------------

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void add(Map<String, LongAdder> counts, String key, long more) {
        // The names of what has never happened are of use, too.
        counts.computeIfAbsent(key, any -> new LongAdder()).add(Math.max(0, more));
    }

    SortedMap<ChangefeedId, Hosted> hosted() {
        return new TreeMap<>(hosted);
    }

    long nanos() {
        return nanos.getAsLong();
    }

    Map<String, LongAdder> decisions() {
        return Collections.unmodifiableMap(decisions);
    }

    /** By {@code kind/disposition}. */
    Map<String, LongAdder> messages() {
        return Collections.unmodifiableMap(messages);
    }

    Map<String, LongAdder> operatorRefusals() {
        return Collections.unmodifiableMap(operatorRefusals);
    }

    Map<String, LongAdder> suppressed() {
        return Collections.unmodifiableMap(suppressed);
    }

    Map<String, LongAdder> owners() {
        return Collections.unmodifiableMap(owners);
    }

    Map<String, LongAdder> reportsRefused() {
        return Collections.unmodifiableMap(reportsRefused);
    }

    long expulsions() {
        return expulsions.sum();
    }

    Durations handoffs() {
        return handoffs;
    }
}
