package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import org.jspecify.annotations.Nullable;

/** Where the controller's effects go. Called on the controller's thread, in order. */
@FunctionalInterface
public interface OperatorOutput {
    /**
     * Send a command for a dispatcher.
     *
     * @param dispatcher under which the operator is registered; of a merge, its target
     * @param span the span of this dispatcher; null if there is none, which is never so for a create
     * @param intent travels with it
     * @param command what to do, and on which node
     * @param request its number, which travels with it; a repetition has the same
     */
    void send(
            DispatcherId dispatcher,
            @Nullable DrivenSpan span,
            OperatorType intent,
            OperatorCommand command,
            long request);

    /**
     * An operator has ended and is no longer registered. Unless overridden, nobody cares.
     *
     * @param dispatcher under which it was registered; of a merge, its target
     * @param span the span of this dispatcher; null if there is none
     * @param type what it meant to do
     */
    default void finished(DispatcherId dispatcher, @Nullable DrivenSpan span, OperatorType type) {}

    /**
     * An operator has waited for longer than the deadline; repeated at most once per deadline. Unless overridden, nobody
     * cares.
     *
     * @param operator the operator, and how old it is
     */
    default void stuck(OperatorView operator) {}
}
