package dev.maintainer.api.text;

import dev.maintainer.api.annotation.Stability;

/**
 * Which texts there can be in UTF-8.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.INTERNAL)
public final class Unicode {
    private Unicode() {}

    /**
     * {@return whether a text has no half surrogate pair; writing one as UTF-8 would silently write something else}
     *
     * @param text any text
     */
    public static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
