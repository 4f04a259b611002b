package dev.maintainer.simulator.membership;

import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.timeline.Timeline;
import org.jspecify.annotations.Nullable;

/** What happens between processes and the store, or to the clocks of processes. */
public final class StoreIncidents {
    private final Timeline timeline;
    private final MembershipTruth truth;
    private boolean ended;

    /** Those of a world. */
    public StoreIncidents(Timeline timeline, MembershipTruth truth) {
        this.timeline = timeline;
        this.truth = truth;
    }

    /** What was going to happen because of earlier incidents does not happen any more. */
    public void end() {
        ended = true;
    }

    /**
     * An incident happens to a process; others than those of the store are ignored.
     *
     * @param leader the process that leads; null for none
     */
    public void happen(Incident incident, MemberProcess process, @Nullable MemberProcess leader) {
        int millis = incident.millis();
        switch (incident.kind()) {
            case CUT_FROM_STORE -> process.link().breakFor(millis);
            case STAND_STILL -> process.standStill(millis);
            case SUSPEND_MACHINE -> process.suspend(millis);
            case END_SESSION -> {
                process.link().endSession();
                timeline.in(millis, () -> process.link().endSession());
            }
            case BACK_AND_GONE -> {
                if (leader != null && leader != process) {
                    backAndGone(leader, process, incident.second() % 2 == 1, millis);
                }
            }
            case LOSE_ANSWERS -> process.link().loseAnswers(millis);
            default -> {
                // Not between a process and the store.
            }
        }
    }

    /**
     * A node whose session has ended comes back while the leader reads, or just after it, and is gone again before the
     * leader, which stands still, reads the next time.
     */
    private void backAndGone(MemberProcess leader, MemberProcess process, boolean after, int millis) {
        process.link().endSession();
        process.link().breakFor(5_000);
        leader.link().slowFor(5_000);
        Runnable back = () -> {
            timeline.tell(() -> process.id() + " may come back");
            process.link().heal();
        };
        Runnable sleep = () -> {
            if (ended) {
                return;
            }
            timeline.tell(() -> leader.id() + " stands still after it has read");
            leader.standStill(millis);
            timeline.in(millis - 200 + timeline.below(400), () -> {
                process.link().endSession();
                process.link().breakFor(5_000);
            });
        };
        if (after) {
            leader.link().watch(() -> {}, () -> {
                back.run();
                truth.onRegistered(process, sleep);
            });
        } else {
            leader.link().watch(back, sleep);
        }
    }
}
