package dev.maintainer.node.run;

import dev.maintainer.api.model.ChangefeedId;
import java.util.SortedSet;

/**
 * Who wants to write to a target.
 *
 * @param source the identity of what is replicated
 * @param changefeed whose rows they are
 * @param options what the run does
 * @param schedulers names of the schedulers of the run
 * @param canBeAsked whether the run has an admin interface
 */
record TargetClaim(
        String source, ChangefeedId changefeed, RunOptions options, SortedSet<String> schedulers, boolean canBeAsked) {}
