package dev.maintainer.core.scheduling.host;

/** Why a plan is wanted. Whoever changes something that planners should see says so here, and knows nothing else of planning. */
public final class PlanDemand {
    /** A plan costs the number of nodes, so a thousand operators that end one by one must not ask for a thousand. */
    private static final int FINISHED_SHARE = 16;

    private boolean wanted = true;
    private int finished;

    /** A plan is wanted at the end of this input. */
    public void want() {
        wanted = true;
    }

    /** An operator has ended: its slot is free. A plan is wanted when enough slots are, or all, or at the next tick. */
    public void operatorFinished() {
        finished++;
    }

    /**
     * Whether a plan is wanted now.
     *
     * @param tick whether the present input is a tick
     * @param inFlight how many operators have not ended
     */
    boolean isDue(boolean tick, int inFlight) {
        return wanted || (finished > 0 && (tick || (long) finished * FINISHED_SHARE >= inFlight));
    }

    /** A plan is being made. */
    void met() {
        wanted = false;
        finished = 0;
    }
}
