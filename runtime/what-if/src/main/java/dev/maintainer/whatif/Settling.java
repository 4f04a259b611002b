package dev.maintainer.whatif;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.core.scheduling.planner.PlanningSession;
import dev.maintainer.core.scheduling.planner.PluginFailure;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.whatif.WhatIfResult.Cycle;
import dev.maintainer.whatif.WhatIfResult.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One scheduler's way to rest. Plans are made, guarded, checked and cut as in production, by the same classes. Used once.
 */
final class Settling {
    private static final int MOST_EXAMPLES = 3;

    private final WhatIf cluster;
    private final String scheduler;
    private final PlanningSession session;
    private final PlanningDeadline deadline;

    private final List<Integer> movesPerRound = new ArrayList<>();
    private final List<Long> micros = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    /** Rounds by the fingerprint of the state that they left. */
    private final Map<Long, Integer> seen = new HashMap<>();

    private List<SnapshotDelta.Change> changed = new ArrayList<>();
    private List<Decision> last = List.of();
    private long places;
    private long moves;
    private long movedByCore;
    private long cut;
    private List<RefusedDecision> refused = List.of();
    private int questions;
    private String reason = "";

    Settling(WhatIf cluster, String scheduler, PlannerSource source, LongSupplier nanos, PlanningDeadline deadline) {
        this.cluster = cluster;
        this.scheduler = scheduler;
        this.session = new PlanningSession(source, nanos);
        this.deadline = deadline;
    }

    /** Plans until nothing is decided. Returns what is in the way; null if it rests. */
    @Nullable
    Problem rest(int mostRounds) {
        changed = cluster.all();
        seen.put(cluster.fingerprint(), 0);
        while (true) {
            PlanAnswer answer = plan();
            changed = new ArrayList<>();
            if (answer instanceof PlanAnswer.Planned planned) {
                micros.add(planned.micros());
                note(planned);
                List<Decision> decided = admitted(planned.plan());
                if (decided.isEmpty() && planned.cut() > 0) {
                    return nothingFits();
                }
                if (decided.isEmpty()) {
                    decided = cluster.standIn();
                    movedByCore += decided.size();
                }
                if (decided.isEmpty()) {
                    if (cluster.passTime()) {
                        continue;
                    }
                    return null;
                }
                if (rounds() >= mostRounds) {
                    return tooLong(mostRounds);
                }
                carryOut(decided);
                Integer earlier = seen.putIfAbsent(cluster.fingerprint(), rounds());
                if (earlier != null) {
                    return circle(earlier);
                }
            } else if (answer instanceof PlanAnswer.Failed failed) {
                micros.add(failed.micros());
                return new Problem(
                        failed.code() + ": " + failed.message(),
                        "repair the scheduler or its settings; a running changefeed would start nothing of this round,"
                                + " and after some such rounds in a row be DEGRADED",
                        null,
                        failed.violations());
            } else {
                throw new IllegalStateException("a session of our own is behind: " + answer);
            }
        }
    }

    /** What the host would start of a plan; the planner hears of the rest. */
    private List<Decision> admitted(Plan plan) {
        refused = new ArrayList<>();
        List<Decision> admitted = new ArrayList<>();
        for (Decision decision : plan.decisions()) {
            if (decision instanceof Decision.Move move && cluster.waits(move)) {
                refused.add(new RefusedDecision(move.dispatcher(), RefusalReason.NOT_YET));
            } else {
                admitted.add(decision);
            }
        }
        return admitted;
    }

    private static Problem tooLong(int mostRounds) {
        return new Problem(
                "it still had decisions after " + mostRounds + (mostRounds == 1 ? " round" : " rounds"),
                "allow more with --rounds; if the moves per round do not fall, the scheduler never settles",
                null,
                List.of());
    }

    private PlanAnswer plan() {
        PlanRequest request = cluster.request(scheduler, questions++, changed, refused);
        Duration limit = Duration.ofMillis(cluster.deadlineMillis(changed.size()));
        try {
            return deadline.await("plan() of '" + scheduler + "'", limit, () -> answer(request));
        } catch (TimeoutException e) {
            return new PlanAnswer.Failed(
                    request.round(),
                    ErrorCode.PLAN_TIMED_OUT,
                    PluginFailure.message(e),
                    List.of(),
                    limit.toNanos() / 1_000);
        }
    }

    private PlanAnswer answer(PlanRequest request) {
        try {
            return session.plan(request);
        } catch (VirtualMachineError e) {
            return new PlanAnswer.Failed(
                    request.round(),
                    ErrorCode.SCHEDULER_FAILED,
                    "the virtual machine failed: " + PluginFailure.describe(e),
                    List.of(),
                    0);
        }
    }

    private void note(PlanAnswer.Planned planned) {
        Plan plan = planned.plan();
        cut += planned.cut();
        reason = words(plan.reason());
        left.clear();
        plan.rejected().stream()
                .limit(MOST_EXAMPLES)
                .forEach(each -> left.add("dispatcher " + each.dispatcher() + ": " + words(each.reason())));
    }

    private void carryOut(List<Decision> decisions) {
        int moved = 0;
        for (Decision decision : decisions) {
            boolean whole = decision instanceof Decision.Move || decision instanceof Decision.Place;
            moved += decision instanceof Decision.Place ? 0 : 1;
            if (whole) {
                changed.add(cluster.carryOut(decision));
            } else if (left.size() < MOST_EXAMPLES) {
                left.add(words(decision) + ": an exported snapshot does not say how much work spans are");
            }
        }
        last = decisions;
        moves += moved;
        places += decisions.size() - moved;
        movesPerRound.add(moved);
    }

    private static Problem nothingFits() {
        return new Problem(
                "all decisions of a plan are beyond the budget, so nothing ever happens",
                "raise the budget, or let the scheduler return first steps that fit into it",
                null,
                List.of());
    }

    private Problem circle(int from) {
        int to = rounds();
        long around = movesPerRound.subList(from, to).stream()
                .mapToLong(Integer::longValue)
                .sum();
        List<String> example =
                last.stream().limit(MOST_EXAMPLES).map(Settling::words).toList();
        return new Problem(
                "after round " + to + " every span is where it was after round " + from + ": it goes in a circle of "
                        + (to - from) + (to - from == 1 ? " round" : " rounds") + " and " + around + " moves",
                "repair the scheduler or its settings: it should decide nothing where it would have to take it back",
                new Cycle(from, to, around, example),
                List.of());
    }

    /** What a plug-in leaves out is not worth a failure here. */
    private static String words(@Nullable Reason reason) {
        return reason == null ? "no reason" : reason.code() + ": " + reason.text();
    }

    private static String words(Decision decision) {
        return decision.describe() + " (" + words(decision.reason()) + ")";
    }

    int rounds() {
        return movesPerRound.size();
    }

    long places() {
        return places;
    }

    long moves() {
        return moves;
    }

    long movedByCore() {
        return movedByCore;
    }

    long cut() {
        return cut;
    }

    List<Integer> movesPerRound() {
        return movesPerRound;
    }

    String reason() {
        return reason;
    }

    List<String> left() {
        return left;
    }

    List<Long> micros() {
        return micros;
    }
}
