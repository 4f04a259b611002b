package dev.maintainer.core;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.operator.OperatorLoad;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is measured of a maintainer, besides its {@link MaintainerView}. Immutable; created on the maintainer's thread, read
 * anywhere. It costs the number of kinds, not of spans.
 *
 * @param operators operators in flight, frozen ones included, by type; types of which there are none are not in it
 * @param refusals how often this maintainer has refused an operator, by reason
 * @param barrierStillMillis for how long the first block event that is not over has come no nearer to its end, in
 *     milliseconds; 0 if there is none
 */
public record MaintainerFigures(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        SortedMap<OperatorType, OperatorLoad> operators,
        Map<RefusalReason, Long> refusals,
        long barrierStillMillis) {
    /** Copies the maps. */
    public MaintainerFigures {
        operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
        refusals = Collections.unmodifiableMap(new TreeMap<>(refusals));
    }
}
