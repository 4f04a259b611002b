package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;

/**
 * The answer to "may this operator run?". Never a boolean: a caller that does not know why would try again in a loop
 * (UP-02).
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface Admission {
    /** The operator is registered and has started. */
    record Admitted() implements Admission {}

    /**
     * Nothing was changed.
     *
     * @param reason why, and whether the same request may succeed later
     */
    record Refused(RefusalReason reason) implements Admission {}

    /** {@return that the operator is registered and has started} */
    static Admission admitted() {
        return new Admitted();
    }

    /**
     * {@return that nothing was changed, and why}
     *
     * @param reason why it may not run
     */
    static Admission refused(RefusalReason reason) {
        return new Refused(reason);
    }

    /** {@return whether the operator runs} */
    default boolean isAdmitted() {
        return this instanceof Admitted;
    }
}
