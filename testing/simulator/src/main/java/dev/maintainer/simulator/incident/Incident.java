package dev.maintainer.simulator.incident;

/**
 * Something that happens at some moment, whatever else is going on: leaving one out changes nothing about the others.
 *
 * @param atMillis since the beginning
 * @param first a number of a node or of things, as the kind says
 * @param second another one
 * @param millis for how long
 */
public record Incident(long atMillis, IncidentKind kind, int first, int second, int millis) {
    /** The same, so much later. */
    public Incident after(long beginning) {
        return new Incident(beginning + atMillis, kind, first, second, millis);
    }

    /** What ends a changefeed for good, or pauses it without an end, lets it go on after a while. */
    public Incident lasting() {
        return switch (kind) {
            case REMOVE_CHANGEFEED -> new Incident(atMillis, IncidentKind.RECREATE_CHANGEFEED, first, second, 2_000);
            case PAUSE_CHANGEFEED -> new Incident(atMillis, kind, first, second, millis & ~1);
            default -> this;
        };
    }

    @Override
    public String toString() {
        return "at " + atMillis + " " + kind + "(" + first + ", " + second + ", " + millis + " ms)";
    }
}
