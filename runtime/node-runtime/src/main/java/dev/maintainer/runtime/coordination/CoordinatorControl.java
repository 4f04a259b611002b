package dev.maintainer.runtime.coordination;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.RequestAnswer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * What people can ask of the coordinator, and see of it. Requests are handed over and not waited for; a request that no leader
 * takes is lost. Thread-safe; nothing blocks.
 */
public interface CoordinatorControl {
    /**
     * {@return whether this node leads and knows what there is} A leader that has just been elected does not, until the metadata
     * is loaded and the nodes have reported; until then it refuses requests.
     */
    boolean isReady();

    /**
     * Requests the creation of a changefeed. It is repeated until the changefeed is there, or this node is deposed: then it is
     * forgotten, since the next leader may create and remove the same changefeed. A changefeed that exists stays as it is.
     *
     * @param creation what is wanted
     * @return false if this node does not lead; the request is not kept then
     */
    boolean createIfLeading(CoordinatorInput.CreateChangefeed creation);

    /**
     * Requests a change, as {@link #moveMaintainer}, {@link #pause} and {@link #remove} do; {@link #answer} says, by the number of
     * its terms, what became of it.
     *
     * @param request what is wanted
     */
    void request(CoordinatorInput.ChangeRequest request);

    /**
     * What became of a request.
     *
     * @param number of its terms
     * @return empty as long as the coordinator has not looked at it; also if this node does not lead (any more)
     */
    Optional<RequestAnswer> answer(long number);

    /**
     * Requests that the maintainer of a changefeed moves to a node.
     *
     * @param changefeed which one
     * @param target where its maintainer shall run
     */
    void moveMaintainer(ChangefeedId changefeed, NodeId target);

    /**
     * Requests that a changefeed is paused or resumed.
     *
     * @param changefeed which one
     * @param paused true to stand still, false to go on
     */
    void pause(ChangefeedId changefeed, boolean paused);

    /**
     * Requests the removal of a changefeed, including its metadata.
     *
     * @param changefeed which one
     */
    void remove(ChangefeedId changefeed);

    /**
     * Requests that a node is drained; {@link DrainView#answers()} says, by the number, what became of it.
     *
     * @param number of the request, not used before
     * @param node the node to empty
     */
    void drain(long number, NodeId node);

    /**
     * Cancels a drain; see {@link #drain}.
     *
     * @param number of the request, not used before
     */
    void cancelDrain(long number);

    /** {@return all changefeeds, as the coordinator sees them; empty if this node does not lead} */
    SortedMap<ChangefeedId, ChangefeedView> views();

    /**
     * {@return for how many milliseconds the owner of a changefeed has said nothing, if that is too long; what is seen of the changefeed
     * is then that old}
     *
     * @param view one of {@link #views}
     */
    OptionalLong ownerSilentMillis(ChangefeedView view);

    /** {@return the progress of the drain of a node; {@link DrainView#NONE} if this node does not lead} */
    DrainView drainView();
}
