package dev.maintainer.api.model;

import java.util.regex.Pattern;

/**
 * Name of a changefeed, unique within a cluster. Letters, digits, dot, underscore and dash only, so that it can be
 * part of a file name and of a metric label.
 */
public record ChangefeedId(String name) implements Comparable<ChangefeedId> {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** Refuses names that are not file-name safe. */
    public ChangefeedId {
        if (!ALLOWED.matcher(name).matches()) {
            throw new IllegalArgumentException("changefeed name '" + name + "' must match " + ALLOWED);
        }
    }

    @Override
    public int compareTo(ChangefeedId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
