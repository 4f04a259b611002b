package dev.maintainer.simulator.seeded;

import dev.maintainer.simulator.invariant.Invariant;
import java.util.Set;

/** What is known to come of a seeded bug. */
sealed interface Expectation {
    /**
     * It is found, by the check that is named: a world with another violation does not count.
     *
     * @param invariants one of these is violated
     */
    record Found(Set<Invariant> invariants) implements Expectation {
        /** Takes a copy. */
        public Found {
            invariants = Set.copyOf(invariants);
        }
    }

    /**
     * It has no effect, since something else makes up for it: a second defence. Without that it is found.
     *
     * @param companion the bug that does the same and removes the second defence, too; it is expected to be found
     * @param because what makes up for it
     */
    record Masked(String companion, String because) implements Expectation {}

    /**
     * It would have an effect in a world that the simulator does not make.
     *
     * @param missingWorld what would have to happen
     */
    record NotReached(String missingWorld) implements Expectation {}
}
