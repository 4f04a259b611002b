package dev.maintainer.coordinator;

import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;

/**
 * What people want of one changefeed. Accepted here, it gives way to a newer wish and to nothing else, until it is known to
 * be stored; from then on the store decides. A removal is never taken back.
 */
final class Wishes {
    private DesiredState state;
    private boolean stateUnstored;
    private String scheduler;
    private boolean schedulerUnstored;

    Wishes(ChangefeedMetadata durable) {
        this.state = durable.state();
        this.scheduler = durable.scheduler();
    }

    DesiredState state() {
        return state;
    }

    /** The name of the scheduler that people have chosen; empty if none. */
    String scheduler() {
        return scheduler;
    }

    /** Returns whether that is news. */
    boolean want(DesiredState wanted) {
        boolean news = state != wanted;
        state = wanted;
        // Also if it is no news here: another coordinator may have stored the opposite.
        stateUnstored = true;
        return news;
    }

    /** A maintainer says which scheduler people have chosen; empty says nothing. */
    void choose(String chosen) {
        if (!chosen.isEmpty() && !chosen.equals(scheduler)) {
            scheduler = chosen;
            schedulerUnstored = true;
        }
    }

    /** A write has succeeded, so none that began before it can succeed any more. */
    void stored(ChangefeedMetadata durable) {
        stateUnstored &= durable.state() != state;
        schedulerUnstored &= !durable.scheduler().equals(scheduler);
    }

    /** Something newer is stored than was known: of another coordinator, or of this one, if the answer got lost. */
    void reloaded(ChangefeedMetadata durable) {
        if (durable.state() == DesiredState.REMOVE || (!stateUnstored && state != DesiredState.REMOVE)) {
            state = durable.state();
        }
        if (!schedulerUnstored) {
            scheduler = durable.scheduler();
        }
        stored(durable);
    }
}
