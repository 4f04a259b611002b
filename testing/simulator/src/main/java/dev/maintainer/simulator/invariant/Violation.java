package dev.maintainer.simulator.invariant;

/** An invariant does not hold. An error, so that no guard against faulty plug-ins swallows it. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    private final Invariant invariant;

    /** A violation of {@code invariant}; the text says who and what. */
    public Violation(Invariant invariant, String text) {
        super(text);
        this.invariant = invariant;
    }

    /** A violation that showed as an exception of production code. */
    public Violation(Invariant invariant, String text, Throwable cause) {
        super(text, cause);
        this.invariant = invariant;
    }

    /** What does not hold. */
    public Invariant invariant() {
        return invariant;
    }

    /** The violation without numbers that change from run to run: the same bug mostly gives the same words. */
    public String kind() {
        String words = String.valueOf(getMessage()).replaceAll("[0-9a-f]*[0-9][0-9a-f-]*", "#");
        return invariant + ": " + words.substring(0, Math.min(words.length(), 70));
    }

    /** The violation with the numbers and the statement of its invariant. */
    public String describe() {
        return invariant + " (" + invariant.numbers() + ", " + invariant.statement() + "): " + getMessage();
    }
}
