package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One pipeline of a changefeed. Workers, planners and sinks know pipelines only, and treat them alike. The pipeline into
 * the sink stands for the changefeed as a whole: the coordinator and its metadata know no other.
 *
 * @param name of the changefeed, unique within a cluster. Letters, digits, dot, underscore and dash only, so that it can
 *     be part of a file name and of a metric label
 * @param mode which of its pipelines
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record ChangefeedId(String name, ReplicationMode mode) implements Comparable<ChangefeedId> {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final String REDO_SUFFIX = "/redo";

    /**
     * Refuses names that are not file-name safe.
     *
     * @param name 1 to 128 letters, digits, dots, underscores and dashes; the first is a letter or digit
     * @param mode which of its pipelines
     * @throws IllegalArgumentException if the name is invalid
     */
    public ChangefeedId {
        if (!ALLOWED.matcher(name).matches()) {
            throw new IllegalArgumentException("changefeed name '" + name + "' must match " + ALLOWED);
        }
    }

    /**
     * Creates the id of a changefeed, which is that of its pipeline into the sink.
     *
     * @param name 1 to 128 letters, digits, dots, underscores and dashes; the first is a letter or digit
     * @throws IllegalArgumentException if the name is invalid
     */
    public ChangefeedId(String name) {
        this(name, ReplicationMode.DEFAULT);
    }

    /**
     * Reads what {@link #toString} has written.
     *
     * @param text a name, or a name and {@code /redo} in any case
     * @return the pipeline
     * @throws IllegalArgumentException if the name is not one of a changefeed
     */
    public static ChangefeedId parse(String text) {
        return text.toLowerCase(Locale.ROOT).endsWith(REDO_SUFFIX)
                ? new ChangefeedId(text.substring(0, text.length() - REDO_SUFFIX.length()), ReplicationMode.REDO)
                : new ChangefeedId(text);
    }

    /**
     * The pipeline of the same changefeed with this mode.
     *
     * @param other the mode to have
     * @return this one if it has the mode already
     */
    public ChangefeedId in(ReplicationMode other) {
        return mode == other ? this : new ChangefeedId(name, other);
    }

    /** {@return whether it is the pipeline into the redo log} */
    public boolean isRedo() {
        return mode == ReplicationMode.REDO;
    }

    @Override
    public int compareTo(ChangefeedId other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : mode.compareTo(other.mode);
    }

    /** The name; that of a redo pipeline ends with {@code /redo}. */
    @Override
    public String toString() {
        return isRedo() ? name + REDO_SUFFIX : name;
    }
}
