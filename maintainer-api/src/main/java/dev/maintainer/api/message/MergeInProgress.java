package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.TableSpan;
import java.util.List;

/**
 * A merge that a worker has started and not committed yet: its sources wait, or run on if it is given up.
 *
 * @param target the dispatcher that does not run yet
 * @param span what it will cover
 * @param sources in the order of their ranges; at least two
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record MergeInProgress(DispatcherId target, TableSpan span, List<DispatcherId> sources) {
    /**
     * Copies the list.
     *
     * @param target the dispatcher that does not run yet
     * @param span what it will cover
     * @param sources in the order of their ranges; at least two
     */
    public MergeInProgress {
        sources = List.copyOf(sources);
    }
}
