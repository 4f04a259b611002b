package dev.maintainer.coordinator;

/**
 * What became of a request for a change of a changefeed.
 *
 * @param outcome what
 * @param text for people; empty if it was accepted
 */
public record RequestAnswer(Outcome outcome, String text) {
    /** It will be carried out, or has been. */
    static final RequestAnswer ACCEPTED = new RequestAnswer(Outcome.ACCEPTED, "");

    /** What can become of a request. */
    public enum Outcome {
        /** It will be carried out, or has been. */
        ACCEPTED,
        /** It cannot be carried out now. */
        REFUSED,
        /** The changefeed has another version than the one that was asked for. */
        OTHER_VERSION,
        /** There is no such changefeed. */
        UNKNOWN,
        /** The coordinator does not know yet what there is. */
        NOT_STARTED
    }
}
