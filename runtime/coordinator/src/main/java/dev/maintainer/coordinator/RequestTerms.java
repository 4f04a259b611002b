package dev.maintainer.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * How somebody asks for a change of a changefeed.
 *
 * @param number under which {@link Coordinator#answer} tells what became of it, not used before; 0 if nobody waits for that
 * @param version that the changefeed must have, as {@link ChangefeedView#version} says; null for any
 */
public record RequestTerms(long number, @Nullable String version) {
    /** Nobody waits, and any version will do. */
    public static final RequestTerms NONE = new RequestTerms(0, null);
}
