package dev.maintainer.simulator.world;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Runs the planners of one node: away from its host, for a while, and now and then for ever; it loses sessions. */
final class SimulatedPlanning implements PlanningPort {
    private static final int LATE_MILLIS = 5_000;

    private final Timeline timeline;
    private final Faults faults;
    private final QueuedPlanning sessions;
    private final Consumer<HostInput> answers;
    /** The owners whose sessions have answered that they are behind, and have not been asked since. */
    private final Map<ChangefeedId, MaintainerEpoch> behind = new TreeMap<>();

    SimulatedPlanning(Timeline timeline, Faults faults, Planners planners, Consumer<HostInput> answers) {
        this.timeline = timeline;
        this.faults = faults;
        this.sessions = new QueuedPlanning(planners::create, new SimulatedLoad(timeline, faults));
        this.answers = answers;
    }

    @Override
    public void ask(PlanRequest request) {
        if (request.scheduler() != null && faults.plannerHangs()) {
            timeline.tell(() -> "the planner of round " + request.round() + " of epoch " + request.epoch() + " hangs");
            return;
        }
        checkInformed(request);
        if (faults.plannerIsForgotten()) {
            timeline.tell(() -> "the session of " + request.changefeed() + ", epoch " + request.epoch() + ", is lost");
            sessions.drop(request.changefeed(), request.epoch());
        }
        long delay = faults.plannerIsLate() ? timeline.below(LATE_MILLIS) : faults.travel();
        for (HostInput answer : sessions.answer(request)) {
            if (answer instanceof HostInput.PlanReturned returned && returned.answer() instanceof PlanAnswer.Behind) {
                behind.put(request.changefeed(), request.epoch());
            }
            timeline.in(delay, () -> answers.accept(answer));
            delay += faults.travel();
        }
    }

    /** A session that has said that it is behind knows nothing that deltas could follow. */
    private void checkInformed(PlanRequest request) {
        boolean wasBehind = behind.remove(request.changefeed(), request.epoch());
        if (wasBehind && !request.delta().complete()) {
            throw new Violation(
                    Invariant.PLANNERS_INFORMED,
                    "the planner of " + request.changefeed() + ", epoch " + request.epoch() + ", was behind, and round "
                            + request.round() + " tells it changes only");
        }
    }

    /** What was answered before arrives all the same: it must be known as late. */
    @Override
    public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
        sessions.drop(changefeed, epoch);
    }

    /** A session is held for each pipeline that plans at most: others would be kept for ever. */
    void audit(MaintainerHost host) {
        sessions.forEachSession((changefeed, epoch) -> {
            boolean plans = host.inspect(changefeed)
                    .map(MaintainerInspector::view)
                    .filter(view -> view.epoch().equals(epoch) && view.phase() == LifecyclePhase.RUNNING)
                    .isPresent();
            if (!plans) {
                throw new Violation(
                        Invariant.PLANNERS_BOUNDED,
                        "a planner is kept for " + changefeed + " under epoch " + epoch + ", which plans no more");
            }
        });
    }
}
