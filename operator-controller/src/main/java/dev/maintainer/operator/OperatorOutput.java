package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;

/** Where the controller's effects go. Called on the controller's thread, in order. */
public interface OperatorOutput {
    /**
     * Send a command for a dispatcher.
     *
     * @param intent travels with it
     * @param request its number, which travels with it; a repetition has the same
     */
    void send(DispatcherId dispatcher, OperatorType intent, OperatorCommand command, long request);

    /** An operator has ended and is no longer registered. */
    void finished(DispatcherId dispatcher, OperatorType type);

    /** An operator has waited for longer than the deadline; repeated at most once per deadline. */
    void stuck(OperatorView operator);
}
