package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the plan that is carried out beside that of a shadow. Costs O(decisions + nodes). */
final class PlanComparison {
    private static final int SHOWN = 5;

    private final PlanRequest request;
    private final Plan carriedOut;
    private final long micros;

    PlanComparison(PlanRequest request, Plan carriedOut, long micros) {
        this.request = request;
        this.carriedOut = carriedOut;
        this.micros = micros;
    }

    ShadowAnswer with(Plan shadowed, long shadowMicros) {
        Map<DispatcherId, Decision> mine = new HashMap<>();
        carriedOut.decisions().forEach(decision -> mine.put(decision.dispatcher(), decision));
        int same = 0;
        List<String> differences = new ArrayList<>();
        for (Decision decision : shadowed.decisions()) {
            Decision other = mine.remove(decision.dispatcher());
            if (other != null && sameGoal(decision, other)) {
                same++;
            } else if (differences.size() < SHOWN) {
                differences.add(
                        text(decision) + (other == null ? "; the other leaves it" : "; the other: " + text(other)));
            }
        }
        for (Decision decision : carriedOut.decisions()) {
            if (differences.size() < SHOWN && mine.containsKey(decision.dispatcher())) {
                differences.add("leaves it; the other: " + text(decision));
            }
        }
        return answer(null, figures(shadowed, shadowMicros), same, differences);
    }

    ShadowAnswer withFailure(String failure) {
        return answer(failure, ShadowAnswer.PlanFigures.NONE, 0, List.of());
    }

    private ShadowAnswer answer(
            @Nullable String failure, ShadowAnswer.PlanFigures shadowed, int same, List<String> differences) {
        String shadow = request.shadow();
        if (shadow == null) {
            throw new IllegalStateException("round " + request.round() + " has no shadow");
        }
        String scheduler = request.scheduler() == null ? "" : request.scheduler();
        return new ShadowAnswer(
                request.round(),
                scheduler,
                shadow,
                failure,
                figures(carriedOut, micros),
                shadowed,
                spread(new HashMap<>()),
                same,
                differences);
    }

    private ShadowAnswer.PlanFigures figures(Plan plan, long took) {
        int moves = 0;
        Map<NodeId, Integer> change = new HashMap<>();
        for (Decision decision : plan.decisions()) {
            if (decision instanceof Decision.Place) {
                change.merge(decision.target(), 1, Integer::sum);
                continue;
            }
            moves++;
            if (decision instanceof Decision.Move move) {
                change.merge(decision.target(), 1, Integer::sum);
                change.merge(move.origin(), -1, Integer::sum);
            } else if (decision instanceof Decision.Split split) {
                int parts = split.cuts().size() + 1;
                change.merge(split.origin(), split.targets().isEmpty() ? parts - 1 : -1, Integer::sum);
                split.targets().forEach(target -> change.merge(target, 1, Integer::sum));
            } else if (decision instanceof Decision.Merge merge) {
                change.merge(merge.node(), 1 - merge.dispatchers().size(), Integer::sum);
            }
        }
        return new ShadowAnswer.PlanFigures(plan.decisions().size() - moves, moves, spread(change), took);
    }

    private int spread(Map<NodeId, Integer> change) {
        int least = Integer.MAX_VALUE;
        int most = Integer.MIN_VALUE;
        for (NodeView node : request.delta().nodes()) {
            if (node.eligible()) {
                int load = node.load() + change.getOrDefault(node.id(), 0);
                least = Math.min(least, load);
                most = Math.max(most, load);
            }
        }
        return most < least ? 0 : most - least;
    }

    private static boolean sameGoal(Decision one, Decision other) {
        return one.target().equals(other.target()) && one.getClass().equals(other.getClass());
    }

    private static String text(Decision decision) {
        return decision.describe() + " (" + decision.reason().code() + ")";
    }
}
