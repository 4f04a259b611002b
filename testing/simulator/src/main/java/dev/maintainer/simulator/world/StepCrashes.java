package dev.maintainer.simulator.world;

import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /** A message that is about to leave; says whether it still does. */
    interface Moment {
        boolean leaves(NodeId from, NodeId to, Message message);
    }

    private final Timeline timeline;
    private final Map<NodeId, Doom> doomed = new HashMap<>();
    private @Nullable Moment moment;

    StepCrashes(Timeline timeline) {
        this.timeline = timeline;
    }

    /** A process dies instead of its message or write number {@code step} from now on; only the first wish counts. */
    void dieAtStep(NodeId process, int step, Runnable death) {
        doomed.putIfAbsent(process, new Doom(step, death));
    }

    /** Who has not died yet does not die any more. */
    void end() {
        doomed.values().removeIf(doom -> !doom.dying);
    }

    /** Looks at every message from now on. */
    void watch(Moment watched) {
        moment = watched;
    }

    /** Whether a message of a process still leaves; if not, the process is about to die. */
    boolean mayLeave(NodeId from, NodeId to, Message message) {
        return mayStep(from) && (moment == null || moment.leaves(from, to, message));
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
