package dev.maintainer.admin;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A drain, for people and programs. The epoch is what it can be followed by.
 *
 * @param node that is being emptied; null if none is
 * @param remaining what is left, at least; 0 only if nothing is
 * @param message the same in words
 */
public record DrainRow(
        @Nullable NodeId node,
        long epoch,
        DrainView.State state,
        int remaining,
        int maintainers,
        int spans,
        int operators,
        int unheard,
        List<NodeId> unaware,
        String message) {
    static DrainRow of(DrainView view) {
        return new DrainRow(
                view.target().node(),
                view.target().epoch(),
                view.state(),
                view.remaining(),
                view.maintainers(),
                view.spans(),
                view.operators(),
                view.unheard(),
                List.copyOf(view.unaware()),
                view.describe());
    }
}
