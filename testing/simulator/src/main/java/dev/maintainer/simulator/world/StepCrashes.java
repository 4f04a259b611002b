package dev.maintainer.simulator.world;

import dev.maintainer.api.model.NodeId;
import java.util.HashMap;
import java.util.Map;

/** Processes that are going to die at a step of their own: a message or a write that does not leave any more. */
final class StepCrashes {
    private static final class Doom {
        int stepsLeft;
        final Runnable death;
        boolean dying;

        Doom(int stepsLeft, Runnable death) {
            this.stepsLeft = stepsLeft;
            this.death = death;
        }
    }

    private final Timeline timeline;
    private final Map<NodeId, Doom> doomed = new HashMap<>();

    StepCrashes(Timeline timeline) {
        this.timeline = timeline;
    }

    /** A process dies instead of its message or write number {@code step} from now on; only the first wish counts. */
    void dieAtStep(NodeId process, int step, Runnable death) {
        doomed.putIfAbsent(process, new Doom(step, death));
    }

    /** Whether a process gets to do its next step; if not, it is about to die and does nothing any more. */
    boolean mayStep(NodeId process) {
        Doom doom = doomed.isEmpty() ? null : doomed.get(process);
        if (doom == null || doom.stepsLeft-- > 0) {
            return true;
        }
        if (!doom.dying) {
            doom.dying = true;
            timeline.in(0, doom.death);
        }
        return false;
    }
}
