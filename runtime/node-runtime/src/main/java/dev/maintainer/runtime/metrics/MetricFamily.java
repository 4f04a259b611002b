package dev.maintainer.runtime.metrics;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Something that is measured, for each combination of some labels.
 *
 * @param name words in lower case with dots between, such as {@code maintainer.lease.remaining}; the unit is not a part of it
 * @param kind how its samples are to be read
 * @param unit {@code seconds}, {@code bytes}, ...; empty for a plain number. Durations are in seconds, whatever this says
 * @param labels their names, in the order of the values in samples
 * @param description one line for people
 * @since 0.1.0
 */
public record MetricFamily(String name, Kind kind, String unit, List<String> labels, String description) {
    private static final Pattern NAME = Pattern.compile("[a-z]+(\\.[a-z]+)*");

    /** How samples are to be read. */
    public enum Kind {
        /** Goes up only, until the process ends. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** How often something has happened, and how long that took altogether; both go up only. */
        DURATION
    }

    /**
     * Refuses what is no name.
     *
     * @param name words in lower case with dots between
     * @param kind how its samples are to be read
     * @param unit may be empty
     * @param labels their names
     * @param description one line for people
     * @throws IllegalArgumentException if the name cannot be one
     */
    public MetricFamily {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name of a metric");
        }
        labels = List.copyOf(labels);
    }
}
