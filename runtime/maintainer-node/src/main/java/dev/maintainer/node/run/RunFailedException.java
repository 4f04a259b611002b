package dev.maintainer.node.run;

/** A run that could not come to its end. The message says what it waited for. */
public final class RunFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failure. */
    public RunFailedException(String message) {
        super(message);
    }
}
