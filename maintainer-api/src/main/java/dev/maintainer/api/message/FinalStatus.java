package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.lifecycle.HandoffManifest;

/**
 * The last report of a maintainer that has closed. Repeated with every report of its host until acknowledged.
 *
 * @param checkpointTs the last committed checkpoint; a TSO, 0 if the host does not know the changefeed
 * @param manifest what was in flight
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record FinalStatus(long checkpointTs, HandoffManifest manifest) {}
