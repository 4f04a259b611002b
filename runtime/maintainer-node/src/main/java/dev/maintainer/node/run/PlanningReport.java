package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How planning went in a run, over all owners.
 *
 * @param scheduler whose plans were carried out at the end
 * @param placed decisions to place that were admitted
 * @param moved decisions to move that were admitted
 * @param refused decisions that were not admitted
 * @param cut decisions beyond the budget
 * @param faults rounds that failed
 * @param late answers that came too late
 * @param changes of scheduler, condition and shadow, oldest first; at most a few hundred
 * @param swaps what came of the schedulers that were selected, in order
 * @param shadows comparisons, one per owner and shadow
 */
public record PlanningReport(
        String scheduler,
        long placed,
        long moved,
        long refused,
        long cut,
        long faults,
        long late,
        List<Change> changes,
        List<String> swaps,
        List<Shadow> shadows) {
    /** Copies the lists. */
    public PlanningReport {
        changes = List.copyOf(changes);
        swaps = List.copyOf(swaps);
        shadows = List.copyOf(shadows);
    }

    /** One change. */
    public record Change(String node, long epoch, String scheduler, SchedulerCondition condition, String why) {}

    /** What a shadow would have done under one owner. */
    public record Shadow(
            String node, long epoch, String scheduler, String shadow, SchedulingView.ShadowFigures figures) {}

    /** The last time that a scheduler was replaced by the built-in placement, if ever. */
    public Optional<Change> degraded() {
        Change last = null;
        for (Change change : changes) {
            if (change.condition() == SchedulerCondition.DEGRADED) {
                last = change;
            }
        }
        return Optional.ofNullable(last);
    }

    /** For people; one line if nothing is out of the ordinary. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("planning by " + scheduler + ": " + placed + " placed, " + moved + " moved, " + refused + " refused"
                + (cut == 0 ? "" : ", " + cut + " beyond the budget")
                + (faults == 0 ? "" : ", " + faults + " rounds FAILED")
                + (late == 0 ? "" : ", " + late + " late answers dropped"));
        degraded()
                .ifPresent(change -> lines.add(
                        "  DEGRADED on " + change.node() + ", epoch " + change.epoch() + ": " + change.why()));
        swaps.forEach(swap -> lines.add("  swap: " + swap));
        for (Shadow each : shadows) {
            SchedulingView.ShadowFigures figures = each.figures();
            lines.add(String.format(
                    Locale.ROOT,
                    "  shadow %s on %s, epoch %d: %d rounds, %d failed; it places %d and moves %d in %.1f ms, %s places %d"
                            + " and moves %d in %.1f ms; %d decisions are the same",
                    each.shadow(),
                    each.node(),
                    each.epoch(),
                    figures.rounds(),
                    figures.failed(),
                    figures.places(),
                    figures.moves(),
                    figures.micros() / 1000.0,
                    each.scheduler(),
                    figures.carriedOutPlaces(),
                    figures.carriedOutMoves(),
                    figures.carriedOutMicros() / 1000.0,
                    figures.same()));
        }
        return lines;
    }

    /** For programs. */
    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("scheduler", scheduler)
                .put("placed", placed)
                .put("moved", moved)
                .put("refused", refused);
        node.put("cut", cut).put("faults", faults).put("late", late);
        degraded()
                .ifPresentOrElse(
                        change -> node.putObject("degraded")
                                .put("node", change.node())
                                .put("epoch", change.epoch())
                                .put("scheduler", change.scheduler())
                                .put("reason", change.why()),
                        () -> node.putNull("degraded"));
        ArrayNode all = node.putArray("changes");
        changes.forEach(change -> all.addObject()
                .put("node", change.node())
                .put("epoch", change.epoch())
                .put("scheduler", change.scheduler())
                .put("condition", change.condition().name())
                .put("why", change.why()));
        ArrayNode swapped = node.putArray("swaps");
        swaps.forEach(swapped::add);
        ArrayNode compared = node.putArray("shadows");
        shadows.forEach(each -> compared.addObject()
                .put("node", each.node())
                .put("epoch", each.epoch())
                .put("scheduler", each.scheduler())
                .put("shadow", each.shadow())
                .put("rounds", each.figures().rounds())
                .put("failed", each.figures().failed())
                .put("same", each.figures().same())
                .put("places", each.figures().places())
                .put("moves", each.figures().moves())
                .put("micros", each.figures().micros())
                .put("carriedOutPlaces", each.figures().carriedOutPlaces())
                .put("carriedOutMoves", each.figures().carriedOutMoves())
                .put("carriedOutMicros", each.figures().carriedOutMicros()));
        return node;
    }
}
