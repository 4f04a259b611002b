package dev.maintainer.node.server;

import dev.maintainer.api.error.MaintainerException;

/** A node that could not be started. */
public final class StartFailedException extends MaintainerException {
    private static final long serialVersionUID = 1;

    private final ServerExit exit;
    private final boolean againUnderAnotherId;

    StartFailedException(ServerExit exit, MaintainerException cause) {
        this(exit, cause, false);
    }

    StartFailedException(ServerExit exit, MaintainerException cause, boolean againUnderAnotherId) {
        super(cause.code(), String.valueOf(cause.getMessage()), cause);
        this.exit = exit;
        this.againUnderAnotherId = againUnderAnotherId;
    }

    /** {@return whether another {@link NodeServer} in the same process, which has another id, may succeed at once} */
    public boolean isAgainUnderAnotherId() {
        return againUnderAnotherId;
    }

    /** {@return why, as the exit status of the process} */
    public ServerExit exit() {
        return exit;
    }
}
