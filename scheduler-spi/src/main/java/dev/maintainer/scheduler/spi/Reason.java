package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * Why a planner decided as it did. It is stored, journalled and shown for each decision, so its length is limited:
 * longer values are cut, which an ellipsis shows.
 *
 * @param code stable and short, for counting: upper case letters and underscores; at most {@value #LONGEST_CODE}
 *     characters
 * @param text a sentence for people, with the numbers that led to the decision; at most {@value #LONGEST_TEXT}
 *     characters
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record Reason(String code, String text) {
    /** How long a code may be, in characters. */
    public static final int LONGEST_CODE = 64;

    /** How long a text may be, in characters. */
    public static final int LONGEST_TEXT = 1_000;

    private static final String CUT = "...";

    /**
     * Cuts values that are too long; null stays null.
     *
     * @param code stable and short; cut to {@value #LONGEST_CODE} characters
     * @param text a sentence for people; cut to {@value #LONGEST_TEXT} characters
     */
    public Reason {
        code = bounded(code, LONGEST_CODE);
        text = bounded(text, LONGEST_TEXT);
    }

    // Plug-ins need not be null-checked; what is null is refused with the plan.
    @SuppressWarnings("NullAway")
    private static String bounded(String text, int longest) {
        if (text == null || text.length() <= longest) {
            return text;
        }
        int end = longest - CUT.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
    }
}
