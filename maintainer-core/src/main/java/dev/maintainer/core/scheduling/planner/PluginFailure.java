package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.text.Printable;

/**
 * Describes what plug-ins throw. The exceptions are classes of the plug-in, which may themselves fail when they are
 * asked.
 */
public final class PluginFailure {
    private static final int LONGEST = 1_000;

    private PluginFailure() {}

    /** As it describes itself, or its class if it cannot; never longer than about 1,000 characters. */
    public static String describe(Throwable thrown) {
        try {
            return Printable.shortened(String.valueOf(thrown.toString()), LONGEST);
        } catch (Throwable e) {
            // Whatever it throws: its class is known without asking it.
            return thrown.getClass().getName();
        }
    }

    /** Its message, or what {@link #describe} says if it has none. */
    public static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? describe(thrown) : Printable.shortened(message, LONGEST);
        } catch (Throwable e) {
            return thrown.getClass().getName();
        }
    }
}
