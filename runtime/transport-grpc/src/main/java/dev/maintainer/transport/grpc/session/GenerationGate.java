package dev.maintainer.transport.grpc.session;

/**
 * The sessions that two nodes have had, by number. At most one of them is open; it is the newest that was opened, so nothing
 * of an older one follows something of a newer one. The node with the smaller id gives the numbers.
 *
 * @since 0.1.0
 */
public final class GenerationGate {
    private long highest;
    private long lastOpened;
    private long current;

    /** A gate for two nodes that have not had a session. */
    public GenerationGate() {}

    /** {@return the number of a new session; higher than all before} */
    public long next() {
        return ++highest;
    }

    /**
     * Closes the session that is open, if one is, and opens another.
     *
     * @param generation its number, from 1
     * @return false, with nothing changed, if it is not newer than all that were opened
     */
    public boolean open(long generation) {
        if (generation <= lastOpened) {
            return false;
        }
        lastOpened = generation;
        current = generation;
        highest = Math.max(highest, generation);
        return true;
    }

    /**
     * Closes a session; one that is not open stays closed.
     *
     * @param generation its number
     * @return whether it was open
     */
    public boolean close(long generation) {
        boolean open = isOpen(generation);
        if (open) {
            current = 0;
        }
        return open;
    }

    /**
     * Whether frames of a session still count.
     *
     * @param generation its number
     * @return whether it is the one that is open
     */
    public boolean isOpen(long generation) {
        return generation != 0 && generation == current;
    }

    /** {@return the number of the open session; 0 if there is none} */
    public long current() {
        return current;
    }
}
