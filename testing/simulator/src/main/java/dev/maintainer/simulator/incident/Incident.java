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
    @Override
    public String toString() {
        return "at " + atMillis + " " + kind + "(" + first + ", " + second + ", " + millis + " ms)";
    }
}
