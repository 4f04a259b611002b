package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator as people see it.
 *
 * @param dispatcher under which it is registered; for a merge, the one that is to be made
 * @param spans whose spans it changes: the dispatcher alone, or the sources of a merge
 * @param type what it means to do
 * @param phase the operator's own state
 * @param origin where the dispatcher runs or ran; null for an add
 * @param destination where it shall run; null for a removal, a split and a merge
 * @param ageMillis milliseconds since its admission
 * @param frozen whether quiesce has stopped it
 */
public record OperatorView(
        DispatcherId dispatcher,
        List<DispatcherId> spans,
        OperatorType type,
        String phase,
        @Nullable NodeId origin,
        @Nullable NodeId destination,
        long ageMillis,
        boolean frozen) {
    /**
     * Copies the list.
     *
     * @param dispatcher under which it is registered; for a merge, the one that is to be made
     * @param spans whose spans it changes: the dispatcher alone, or the sources of a merge
     * @param type what it means to do
     * @param phase the operator's own state
     * @param origin where the dispatcher runs or ran; null for an add
     * @param destination where it shall run; null for a removal, a split and a merge
     * @param ageMillis milliseconds since its admission
     * @param frozen whether quiesce has stopped it
     */
    public OperatorView {
        spans = List.copyOf(spans);
    }

    /**
     * Makes any operator but a merge.
     *
     * @param dispatcher under which it is registered; for a merge, the one that is to be made
     * @param type what it means to do
     * @param phase the operator's own state
     * @param origin where the dispatcher runs or ran; null for an add
     * @param destination where it shall run; null for a removal, a split and a merge
     * @param ageMillis milliseconds since its admission
     * @param frozen whether quiesce has stopped it
     */
    public OperatorView(
            DispatcherId dispatcher,
            OperatorType type,
            String phase,
            @Nullable NodeId origin,
            @Nullable NodeId destination,
            long ageMillis,
            boolean frozen) {
        this(dispatcher, List.of(dispatcher), type, phase, origin, destination, ageMillis, frozen);
    }
}
