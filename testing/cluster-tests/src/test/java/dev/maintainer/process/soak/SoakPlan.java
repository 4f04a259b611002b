package dev.maintainer.process.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What is done in which minute. The same seed makes the same plan; which node it meets depends on who leads and owns then.
 *
 * @param seed from which it was made
 */
public record SoakPlan(long seed, List<Step> steps) {
    /** What is done. */
    public enum Fault {
        /** SIGKILL, and started again. */
        KILL,
        /** Stands still for half of a lease, five times. */
        FREEZE_SHORTLY,
        /** Stands still until it is removed, and is started again when it has ended. */
        FREEZE_LONG,
        /** A server of the store dies, and is started again. */
        KILL_STORE,
        /** What one node sends to another is lost for a while that changes nothing. */
        CUT_SHORTLY,
        /** What the owner sends to a worker is lost until that one is removed. */
        CUT_LONG,
        /** Five handoffs in a row. */
        MOVE,
        /** SIGTERM, and started again. */
        DRAIN
    }

    /** Whom it meets. */
    public enum Role {
        /** Who owns the changefeed. */
        OWNER,
        /** Who leads. */
        LEADER,
        /** Somebody who does not own, and does not lead if there is such a one. */
        WORKER
    }

    /**
     * One minute.
     *
     * @param pauseMillis between the fault and its cure, where one follows at all
     */
    public record Step(int minute, Fault fault, Role role, long pauseMillis) {
        @Override
        public String toString() {
            return "minute " + minute + ": " + fault + " " + role + " " + pauseMillis + " ms";
        }
    }

    /** Copies. */
    public SoakPlan {
        steps = List.copyOf(steps);
    }

    /** Makes one: no fault comes a second time before all others have come. */
    static SoakPlan of(long seed, int minutes) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        List<Fault> left = new ArrayList<>();
        for (int minute = 0; minute < minutes; minute++) {
            if (left.isEmpty()) {
                left.addAll(List.of(Fault.values()));
            }
            Fault fault = left.remove(random.nextInt(left.size()));
            Role role = Role.values()[random.nextInt(Role.values().length)];
            steps.add(new Step(minute, fault, role, 500L * random.nextInt(16)));
        }
        return new SoakPlan(seed, steps);
    }

    @Override
    public String toString() {
        return "seed " + seed + "\n" + steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
    }
}
