package dev.maintainer.admin;

import dev.maintainer.core.RefusalDecision;

/**
 * What came of a decision about a block event that the sink has refused.
 *
 * @param event which one, as people write it
 * @param decision what somebody wants
 * @param dryRun whether nothing was done
 * @param message what was done, or would be, for people
 */
public record BarrierRequest(String event, RefusalDecision decision, boolean dryRun, String message) {}
