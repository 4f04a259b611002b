package dev.maintainer.api.audit;

import dev.maintainer.api.annotation.Stability;

/**
 * A contradiction that a component has found in its own state.
 *
 * @param invariant the code of the broken invariant, for example {@code I-3}
 * @param text what contradicts what, with the values
 * @since 0.1.0
 */
@Stability(Stability.Level.INTERNAL)
public record Finding(String invariant, String text) {
    @Override
    public String toString() {
        return invariant + ": " + text;
    }
}
