package dev.maintainer.connector.postgres.store;

import java.io.IOException;

/** What is in a file is not what was written there. */
final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String problem) {
        super(problem);
    }
}
