package dev.maintainer.connector.files.claim;

import java.util.Optional;

/**
 * How much of a log counts, for good.
 *
 * @param extent its first bytes
 * @param by the process that has sealed it; for people
 */
public record Seal(Extent extent, String by) {
    /** One line, with its end. */
    String toText() {
        return extent + " " + by + "\n";
    }

    /** Reads what {@link #toText} has written; empty if not all of it is there. */
    public static Optional<Seal> parse(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 3 || !text.endsWith("\n")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Seal(Extent.parse(words[0], words[1]), words[2].strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
