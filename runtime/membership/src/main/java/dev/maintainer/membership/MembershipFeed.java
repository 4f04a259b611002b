package dev.maintainer.membership;

import dev.maintainer.api.port.LeaderElection.Candidate;
import dev.maintainer.api.port.Membership;
import dev.maintainer.membership.store.StoreValue.Roster;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a process hears here of its membership: of every roster once, from the present one on, and of its leadership, also
 * if the process leads already when its candidate comes. A process may have to lead before it is a member, to admit itself.
 *
 * <p>Not thread-safe; everything comes in by the thread of {@link ClusterMembership}.
 */
public final class MembershipFeed {
    private final Map<Object, Consumer<Membership>> subscribers = new LinkedHashMap<>();
    private Roster roster = Roster.EMPTY;
    private @Nullable Candidate candidate;
    private @Nullable LeaderTerm term;

    /** Before there is a roster, or a term. */
    public MembershipFeed() {}

    /**
     * Tells somebody of the present roster, and of each one that follows.
     *
     * @param key for the end of it
     * @param listener must return at once
     */
    public void subscribe(Object key, Consumer<Membership> listener) {
        subscribers.put(key, listener);
        listener.accept(roster.membership());
    }

    /**
     * Tells somebody of nothing more.
     *
     * @param key of the subscription
     */
    public void unsubscribe(Object key) {
        subscribers.remove(key);
    }

    /**
     * The process is a member, of this roster.
     *
     * @param next not older than the one before; one that is not newer is told to nobody
     * @return whether it is newer
     */
    public boolean roster(Roster next) {
        boolean isNew = next.version() > roster.version();
        roster = next;
        if (isNew) {
            Membership members = next.membership();
            List.copyOf(subscribers.values()).forEach(each -> each.accept(members));
        }
        return isNew;
    }

    /**
     * Somebody wants to lead for the process.
     *
     * @param wanted the only one
     * @throws IllegalStateException if there is one already
     */
    public void campaign(Candidate wanted) {
        if (candidate != null) {
            throw new IllegalStateException("there is a candidate already");
        }
        candidate = wanted;
        if (term != null) {
            wanted.elected(term.epoch());
        }
    }

    /**
     * The process leads.
     *
     * @param begun its term
     */
    public void elected(LeaderTerm begun) {
        term = begun;
        if (candidate != null) {
            candidate.elected(begun.epoch());
        }
    }

    /** The process does not lead any more. */
    public void deposed() {
        term = null;
        if (candidate != null) {
            candidate.deposed();
        }
    }
}
