package dev.maintainer.scheduler.spi;

import java.util.regex.Pattern;

/**
 * Names a scheduler.
 *
 * @param name what people select it by: lower case letters, digits and dashes
 * @param spiLevel the level of this contract that it was built for; see {@link #CURRENT_LEVEL}
 * @param description one line for people
 */
public record SchedulerDescriptor(String name, int spiLevel, String description) {
    /** The level of the contract in this artifact. It rises when the meaning of a snapshot or a decision changes. */
    public static final int CURRENT_LEVEL = 1;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /** Refuses names that cannot be a part of a configuration key. */
    public SchedulerDescriptor {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("scheduler name '" + name + "' must match " + NAME);
        }
    }
}
