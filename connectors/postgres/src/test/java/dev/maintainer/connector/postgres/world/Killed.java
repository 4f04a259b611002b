package dev.maintainer.connector.postgres.world;

/** The process ends here: nothing of it goes on. */
final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
        super("killed", null, false, false);
    }
}
