package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import java.util.List;

/**
 * What a maintainer is given to look after.
 *
 * @param changefeed which pipeline of which changefeed
 * @param epoch the ownership under which it acts
 * @param self the node that it runs on
 * @param startTs the checkpoint to start from; a TSO, at least 1
 * @param left the operators of this pipeline that the predecessor had in flight
 * @param leastVersion the oldest membership with which it may begin
 * @param bound whether its dispatchers may write only what a redo log has made durable
 * @param configuration is carried to whoever creates its dispatchers
 */
public record Assignment(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        NodeId self,
        long startTs,
        List<FrozenOperator> left,
        long leastVersion,
        boolean bound,
        ChangefeedConfiguration configuration) {
    /** Copies the list. */
    public Assignment {
        left = List.copyOf(left);
    }
}
