package dev.maintainer.seeded.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change to a production class that makes it wrong. It is anchored by the class, whatever package and module that is in,
 * and by what it replaces; a class that is renamed is found by that alone, if it is nowhere else.
 *
 * @param type the top-level class, without its package
 * @param original what the source says; has to be there exactly once, in whatever layout
 * @param wrong what it says instead
 */
public record Patch(String type, String original, String wrong) {
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\S");

    /**
     * Looks for the original.
     *
     * @param source the text of a class
     * @return how often it is there
     */
    public int occurrences(String source) {
        return (int) pattern().matcher(source).results().count();
    }

    /**
     * Makes a source wrong.
     *
     * @param source the text of a class
     * @return the source with the bug
     * @throws IllegalStateException if the original is not there exactly once
     */
    public String applyTo(String source) {
        List<MatchResult> places = pattern().matcher(source).results().toList();
        if (places.size() != 1) {
            throw new IllegalStateException("the source of " + type + " has changed: plant the bug anew. It has "
                    + places.size() + " times: " + original);
        }
        MatchResult place = places.get(0);
        return source.substring(0, place.start()) + wrong + source.substring(place.end());
    }

    /** A formatter may put blanks and line ends between any two tokens, and nothing else. */
    private Pattern pattern() {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(original);
        while (matcher.find()) {
            tokens.add(Pattern.quote(matcher.group()));
        }
        String begin = Character.isJavaIdentifierPart(original.charAt(0)) ? "(?<!\\w)" : "";
        return Pattern.compile(begin + String.join("\\s*+", tokens));
    }
}
