package dev.maintainer.api.operator;

/** The answer to "may this operator run?". Never a boolean: a caller that cannot see why would spin (UP-02). */
public sealed interface Admission {
    /** The operator is registered and has started. */
    record Admitted() implements Admission {}

    /** Nothing was changed. */
    record Refused(RefusalReason reason) implements Admission {}

    /** An admission. */
    static Admission admitted() {
        return new Admitted();
    }

    /** A refusal. */
    static Admission refused(RefusalReason reason) {
        return new Refused(reason);
    }

    /** Whether the operator runs. */
    default boolean isAdmitted() {
        return this instanceof Admitted;
    }
}
