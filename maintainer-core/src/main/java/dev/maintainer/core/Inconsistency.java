package dev.maintainer.core;

import dev.maintainer.api.model.ChangefeedId;

/**
 * A contradiction in the state of a maintainer, which is a bug of Maintainer; found by
 * {@link dev.maintainer.core.host.MaintainerHost#audit}.
 *
 * @param invariant the code of the broken invariant, for example {@code I-3}
 * @param text what contradicts what, with the values
 */
public record Inconsistency(ChangefeedId changefeed, String invariant, String text) {
    @Override
    public String toString() {
        return changefeed + " " + invariant + ": " + text;
    }
}
