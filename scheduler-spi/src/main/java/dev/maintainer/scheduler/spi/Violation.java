package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * One way in which a plan breaks a rule.
 *
 * @param rule the rule that is broken
 * @param decision index of the decision in the plan, from zero; {@link #WHOLE_PLAN} if it is not about one decision
 * @param message a sentence with the offending value
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public record Violation(PlanRule rule, int decision, String message) {
    /** The index of a violation that is not about one decision. */
    public static final int WHOLE_PLAN = -1;

    @Override
    public String toString() {
        return (decision == WHOLE_PLAN ? "plan: " : "decision " + decision + ": ") + rule + ": " + message;
    }
}
