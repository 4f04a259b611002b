package dev.maintainer.node.server;

import dev.maintainer.api.error.MaintainerException;

/** A node that could not be started. */
public final class StartFailedException extends MaintainerException {
    private static final long serialVersionUID = 1;

    private final ServerExit exit;

    StartFailedException(ServerExit exit, MaintainerException cause) {
        super(cause.code(), String.valueOf(cause.getMessage()), cause);
        this.exit = exit;
    }

    /** {@return why, as the exit status of the process} */
    public ServerExit exit() {
        return exit;
    }
}
