package dev.maintainer.core.journal;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.core.HostInput;
import org.jspecify.annotations.Nullable;

/**
 * One input of a host, and its effects.
 *
 * @param number counts from 1
 * @param nowMillis the time that the host was given
 * @param disposition what became of it; null if the host failed
 * @param failure the class of what the host threw; null if it did not
 * @param effects how many messages and requests for tables left while it was handled
 * @param effectHash their {@link EffectDigest}; 0 if there were none
 */
public record RecordedInput(
        long number,
        long nowMillis,
        HostInput input,
        @Nullable Disposition disposition,
        @Nullable String failure,
        int effects,
        long effectHash) {}
