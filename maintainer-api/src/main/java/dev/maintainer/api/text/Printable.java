package dev.maintainer.api.text;

import dev.maintainer.api.annotation.Stability;

/**
 * Names, keys, reasons and messages as people may see them. A character that would steer a terminal, end a line or turn the
 * direction of writing is shown as its escape, such as {@code \\u001b}.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.INTERNAL)
public final class Printable {
    private Printable() {}

    /**
     * {@return one line, without any such character}
     *
     * @param text from outside
     */
    public static String line(String text) {
        return escape(text, false);
    }

    /**
     * {@return text that may have several lines; line feeds and tabs stay}
     *
     * @param text from outside
     */
    public static String lines(String text) {
        return escape(text, true);
    }

    /**
     * {@return text in quotes, as JSON has it, without any such character}
     *
     * @param text from outside
     */
    public static String quoted(String text) {
        return '"' + escape(text.replace("\\", "\\\\").replace("\"", "\\\""), false) + '"';
    }

    /**
     * {@return text of which nobody reads all: what is longer is cut off, never within a character, and ends with three dots}
     *
     * @param text from outside
     * @param most how many chars of it are shown; at least 1
     */
    public static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "...";
    }

    private static String escape(String text, boolean lines) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!steers(c) || (lines && (c == '\n' || c == '\t'))) {
                if (escaped != null) {
                    escaped.append(c);
                }
                continue;
            }
            if (escaped == null) {
                escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            escaped.append(
                    switch (c) {
                        case '\n' -> "\\n";
                        case '\r' -> "\\r";
                        case '\t' -> "\\t";
                        default -> String.format("\\u%04x", (int) c);
                    });
        }
        return escaped == null ? text : escaped.toString();
    }

    private static boolean steers(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            // Those that turn the direction; the others join letters, which some scripts need.
            case Character.FORMAT -> (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
            default -> false;
        };
    }
}
