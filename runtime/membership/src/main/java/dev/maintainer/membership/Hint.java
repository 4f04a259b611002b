package dev.maintainer.membership;

/**
 * What peers say that they know, beside what was read of it. Each number makes this process look once, so that whoever says
 * one that is too high costs one look. A server of the store may lag, so that look asks for the newest.
 */
final class Hint {
    private long highest;
    private boolean open;

    /** Whether to look at once: nobody has said so much before. */
    boolean isNews(long said, long known) {
        if (said <= Math.max(known, highest)) {
            return false;
        }
        highest = said;
        open = true;
        return true;
    }

    /** Whether the next look must ask for the newest; that look is made now. */
    boolean take() {
        boolean was = open;
        open = false;
        return was;
    }
}
